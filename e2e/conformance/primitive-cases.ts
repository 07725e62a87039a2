// The cases of the two primitives that have official vectors: Ed25519 in the classic sign.input format, and the
// X-Wing draft's list.
import { publicKeyOf, sign, verify } from '../../sp1/ed25519.ts'
import { fromHex, hex } from '../../sp1/encode.ts'
import { decapsulate, encapsulate, kemKeysFromSeed } from '../../sp1/xwing.ts'
import { expectSame, expectThat } from './report.ts'
import type { Report } from './report.ts'
import { bytesAt, listOf, objectOf } from './vector-json.ts'

/** One case a line: `seed||pk : pk : message : signature||message :`, all hexadecimal. */
export function checkEd25519(file: string, report: Report): void {
  const lines = file.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines.length === 0) report.fail('ed25519', 'no cases')
  for (const [index, line] of lines.entries()) {
    report.check(`ed25519 line ${index + 1}`, () => checkEd25519Line(line))
  }
}

function checkEd25519Line(line: string): void {
  const parts = line.trim().split(':').map(fromHex)
  const [secret, publicKey, message, signed] = parts
  if (!secret || !publicKey || !message || !signed || parts.length !== 5) throw new Error('malformed line')
  expectThat(secret.length === 64 && publicKey.length === 32, 'keys of a wrong length')
  const seed = secret.slice(0, 32)
  const signature = signed.slice(0, 64)
  expectSame(hex(secret.slice(32)), hex(publicKey))
  expectSame(hex(signed.slice(64)), hex(message))
  expectSame(hex(publicKeyOf(seed)), hex(publicKey))
  expectSame(hex(sign(seed, message)), hex(signature))
  expectThat(verify(publicKey, message, signature), 'the signature is refused')
  expectThat(!verify(publicKey, Uint8Array.of(...message, 0), signature), 'another message is accepted')
}

export function checkXwing(file: unknown, report: Report): void {
  const cases = listOf(file, 'the file')
  if (cases.length === 0) report.fail('xwing', 'no cases')
  for (const [index, entry] of cases.entries()) {
    report.check(`xwing case ${index}`, () => checkXwingCase(entry))
  }
}

function checkXwingCase(entry: unknown): void {
  const vector = objectOf(entry, 'the case')
  const expected = (name: string) => hex(bytesAt(vector, name))
  const { publicKey, secretKey } = kemKeysFromSeed(bytesAt(vector, 'seed'))
  const { ciphertext, sharedSecret } = encapsulate(bytesAt(vector, 'pk'), bytesAt(vector, 'eseed'))
  expectSame(hex(publicKey), expected('pk'))
  expectSame(hex(secretKey), expected('sk'))
  expectSame(hex(ciphertext), expected('ct'))
  expectSame(hex(sharedSecret), expected('ss'))
  expectSame(hex(decapsulate(bytesAt(vector, 'sk'), bytesAt(vector, 'ct'))), expected('ss'))
}
