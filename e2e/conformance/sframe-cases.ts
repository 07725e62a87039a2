// The cases of RFC 9605 appendix C: the header, and the suites that calls could use. The others are counted as skipped.
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { concat, hex } from '../../sp1/encode.ts'
import { createFrameCipher, keyLabel, nonceOf, saltLabel, type FrameSuite } from '../../sp1/frame/cipher.ts'
import { encodeHeader, parseHeader } from '../../sp1/frame/header.ts'
import { expectSame, expectThat } from './report.ts'
import type { Report } from './report.ts'
import { bigintAt, bytesAt, listOf, objectOf, parseExactly, type JsonObject } from './vector-json.ts'

const suites: Readonly<Record<string, FrameSuite>> = { '4': 4, '5': 5 }
const hashes = { 4: { hash: sha256, keyBytes: 16 }, 5: { hash: sha512, keyBytes: 32 } } as const

export async function checkSframe(text: string, report: Report): Promise<void> {
  const file = objectOf(parseExactly(text), 'the file')
  for (const [name, value] of Object.entries(file)) {
    if (name === 'header') for (const [i, entry] of casesOf(name, value)) checkHeader(i, entry, report)
    else if (name === 'sframe')
      for (const [i, entry] of casesOf(name, value)) await checkFrame(i, entry, report)
    else if (Array.isArray(value))
      for (const i of value.keys()) report.skip(`sframe ${name} ${i}`, 'no suite of ours uses it')
  }
  for (const name of ['header', 'sframe']) if (!(name in file)) report.fail(`sframe ${name}`, 'no cases')
}

function casesOf(name: string, value: unknown): [number, unknown][] {
  const cases = listOf(value, name)
  expectThat(cases.length > 0, `${name} has no cases`)
  return [...cases.entries()]
}

function checkHeader(index: number, entry: unknown, report: Report): void {
  report.check(`sframe header ${index}`, () => {
    const vector = objectOf(entry, 'the case')
    const [kid, ctr] = [bigintAt(vector, 'kid'), bigintAt(vector, 'ctr')]
    const encoded = bytesAt(vector, 'encoded')
    expectSame(hex(encodeHeader(kid, ctr)), hex(encoded))
    const parsed = parseHeader(concat(encoded, Uint8Array.of(0xff)))
    expectThat(parsed.kid === kid && parsed.ctr === ctr, 'is read otherwise')
    expectThat(parsed.length === encoded.length, 'ends elsewhere')
  })
}

async function checkFrame(index: number, entry: unknown, report: Report): Promise<void> {
  const name = `sframe case ${index}`
  const number = suiteNumber(entry)
  const suite = suites[number]
  if (number !== '' && !suite) return report.skip(name, `suite ${number} is not used`)
  await report.checkAsync(name, async () => {
    const vector = objectOf(entry, 'the case')
    if (!suite) throw new Error('cipher_suite is not a whole number')
    checkDerivation(vector, suite)
    await checkCipher(vector, suite)
  })
}

const suiteNumber = (entry: unknown): string =>
  typeof entry === 'object' && entry !== null && 'cipher_suite' in entry ? String(entry.cipher_suite) : ''

/** The keys of the product stay inside WebCrypto, so that they are derived here once more, under its labels. */
function checkDerivation(vector: JsonObject, suite: FrameSuite): void {
  const [kid, ctr] = [bigintAt(vector, 'kid'), bigintAt(vector, 'ctr')]
  const { hash, keyBytes } = hashes[suite]
  const secret = extract(hash, bytesAt(vector, 'base_key'), new Uint8Array())
  const salt = expand(hash, secret, saltLabel(suite, kid), 12)
  const computed = {
    sframe_key_label: keyLabel(suite, kid),
    sframe_salt_label: saltLabel(suite, kid),
    sframe_secret: secret,
    sframe_key: expand(hash, secret, keyLabel(suite, kid), keyBytes),
    sframe_salt: salt,
    nonce: nonceOf(salt, ctr),
    aad: concat(encodeHeader(kid, ctr), bytesAt(vector, 'metadata')),
  }
  for (const [name, bytes] of Object.entries(computed)) expectSame(hex(bytes), hex(bytesAt(vector, name)))
}

async function checkCipher(vector: JsonObject, suite: FrameSuite): Promise<void> {
  const [kid, ctr] = [bigintAt(vector, 'kid'), bigintAt(vector, 'ctr')]
  const [metadata, frame] = [bytesAt(vector, 'metadata'), bytesAt(vector, 'ct')]
  const sender = await createFrameCipher(suite, kid, bytesAt(vector, 'base_key'), 'encrypt')
  expectSame(hex(await sender.seal(ctr, bytesAt(vector, 'pt'), metadata)), hex(frame))
  const receiver = await createFrameCipher(suite, kid, bytesAt(vector, 'base_key'), 'decrypt')
  expectSame(hex(await receiver.open(parseHeader(frame), frame, metadata)), hex(bytesAt(vector, 'pt')))
  const other = receiver.open(parseHeader(frame), frame, concat(metadata, Uint8Array.of(0)))
  expectThat(await isRefused(other), 'other metadata is accepted')
}

const isRefused = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => false,
    () => true,
  )
