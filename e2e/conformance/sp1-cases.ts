// The cases of sp1-v1.json: every field of every transcript, the addresses and the session descriptions that must
// and must not be accepted.
import { addressOf, parseAddress } from '../../sp1/address.ts'
import { equal, hex } from '../../sp1/encode.ts'
import { Refusal } from '../../sp1/refusal.ts'
import { SAS_SYMBOLS } from '../../sp1/sas-symbols.ts'
import { sasView } from '../../sp1/sas.ts'
import { identityDigits, safetyNumber } from '../../sp1/safety-number.ts'
import { checkSdp } from '../../sp1/sdp-policy.ts'
import { authBody, signAuth, verifyAuth } from '../../sp1/server-auth.ts'
import type { Session } from '../../sp1/session.ts'
import { expectSame, expectThat } from './report.ts'
import type { Report } from './report.ts'
import { playTranscript } from './transcript.ts'
import { bytesAt, listOf, objectAt, objectOf, textAt } from './vector-json.ts'
import type { JsonObject } from './vector-json.ts'

/** From these the rest is computed. */
const INPUTS = new Set([
  ...['seedA', 'seedB', 'now', 'fpA', 'fpB', 'cid', 'na', 'nb'],
  ...['ephSeed', 'eseedSeal1', 'eseedAccept'],
])

export function checkSp1(file: unknown, report: Report): void {
  const vectors = objectOf(file, 'the file')
  report.check('sp1 cases', () => {
    expectThat(listOf(vectors.cases, 'cases').length > 0, 'no cases')
  })
  if (Array.isArray(vectors.cases)) {
    for (const [index, vector] of vectors.cases.entries()) checkTranscript(index, vector, report)
  }
  const negative = (name: string) => listOf(objectAt(vectors, 'negative')[name], name)
  each(report, 'sp1 address', () => negative('address'), checkAddress)
  const sdp = () => objectAt(objectAt(vectors, 'negative'), 'sdp')
  each(
    report,
    'sp1 sdp',
    () => listOf(sdp().cases, 'sdp.cases'),
    (entry) => checkDescription(objectOf(entry, 'the case'), textAt(sdp(), 'fp')),
  )
}

function each(
  report: Report,
  name: string,
  list: () => readonly unknown[],
  check: (entry: unknown) => void,
): void {
  let entries: readonly unknown[] = []
  try {
    entries = list()
  } catch (error) {
    report.fail(name, String(error))
  }
  for (const [index, entry] of entries.entries()) report.check(`${name} ${index}`, () => check(entry))
}

function checkTranscript(index: number, value: unknown, report: Report): void {
  const title = `sp1 case ${index}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report.fail(title, 'not an object')
    return
  }
  const vector = value as JsonObject
  const fields = fieldsOf(vector)
  for (const [path, actual] of fields) {
    report.check(`${title} ${path}`, () => expectSame(actual(), at(vector, path)))
  }
  report.check(`${title} auth is verified`, () => checkAuth(vector))
  const known = new Set([...fields].map(([path]) => path.split(/[. ]/)[0]))
  for (const name of Object.keys(vector)) {
    if (name === 'group') report.skip(`${title} group`, 'there are no groups yet')
    else if (!known.has(name) && !INPUTS.has(name)) report.skip(`${title} ${name}`, 'an unknown field')
  }
}

/** For each field its path, with the role that computes it where both do, and the computation. */
function fieldsOf(vector: JsonObject): ReadonlyMap<string, () => unknown> {
  const play = playTranscript(vector)
  const fields = new Map<string, () => unknown>([
    ['pkA', () => hex(play.alice().publicKey)],
    ['pkB', () => hex(play.bob().publicKey)],
    ['addressA', () => addressOf(play.alice().publicKey)],
    ['addressB', () => addressOf(play.bob().publicKey)],
    ['safetyNumber', () => safetyNumber(play.bob().publicKey, play.alice().publicKey)],
    ['idDigitsA', () => identityDigits(play.alice().publicKey)],
    ['prekey.bundle.body', () => play.prekey().bundle.body],
    ['prekey.bundle.sig', () => play.prekey().bundle.sig],
    ['prekey.pkid callee', () => hex(play.prekey().pkid)],
    ['prekey.pkid caller', () => hex(play.peerPrekey().pkid)],
    ['m1', () => hex(play.m1())],
    ['m1Wire', () => play.started().wire],
    ['m2Wire', () => play.accepted().wire],
    ['m3Wire', () => play.completed().wire],
    ['th1', play.th1],
    ['th2', play.th2],
    ['th3', play.th3],
    ['k1', play.k1],
    ['k2', play.k2],
    ['sigA', play.sigA],
    ['sigB', play.sigB],
    ['dtlsMacA caller', () => hex(play.callerSession().dtlsMac(...fingerprints(vector)))],
    ['dtlsMacA callee', () => acceptedMac(play.calleeSession(), 'dtlsMacA', vector)],
    ['dtlsMacB callee', () => hex(play.calleeSession().dtlsMac(...swapped(fingerprints(vector))))],
    ['dtlsMacB caller', () => acceptedMac(play.callerSession(), 'dtlsMacB', vector)],
    ['auth.origin', () => challengeOf(vector).origin],
    ['auth.body', () => hex(authBody(challengeOf(vector)))],
    ['auth.sig', () => hex(signAuth(play.alice(), challengeOf(vector)))],
  ])
  const sessions = { caller: play.callerSession, callee: play.calleeSession }
  for (const [role, session] of Object.entries(sessions)) {
    for (const [path, derive] of Object.entries(DERIVED)) {
      fields.set(`${path} ${role}`, () => derive(session()))
    }
  }
  return fields
}

/** What both ends derive. */
const DERIVED: Readonly<Record<string, (session: Session) => unknown>> = {
  sas: (session) => hex(session.sas()),
  sasEmoji: (session) => sasView(session.sas()).symbols.map((symbol) => SAS_SYMBOLS.indexOf(symbol)),
  sasDigits: (session) => sasView(session.sas()).digits.join(' '),
  'sframeBase.aAudio': (session) => hex(session.frameKey('a', 'audio')),
  'sframeBase.aVideo': (session) => hex(session.frameKey('a', 'video')),
  'sframeBase.bAudio': (session) => hex(session.frameKey('b', 'audio')),
  'sframeBase.bVideo': (session) => hex(session.frameKey('b', 'video')),
  chatA: (session) => hex(session.chatKey('a')),
}

/** The value at `a.b.c role`, the role left out. */
function at(vector: JsonObject, path: string): unknown {
  const [names = ''] = path.split(' ')
  let value: unknown = vector
  for (const name of names.split('.')) value = objectOf(value, name)[name]
  return value
}

function fingerprints(vector: JsonObject): [string, string] {
  return [textAt(vector, 'fpA'), textAt(vector, 'fpB')]
}

function swapped([one, other]: [string, string]): [string, string] {
  return [other, one]
}

/** The MAC of the file if the other end of its sender accepts it. */
function acceptedMac(session: Session, name: string, vector: JsonObject): string {
  const mac = bytesAt(vector, name)
  const own = fingerprints(vector)
  const view = session.role === 'a' ? own : swapped(own)
  expectThat(session.verifyDtlsMac(mac, ...view), 'not accepted')
  expectThat(!session.verifyDtlsMac(mac, ...swapped(view)), 'accepted for swapped certificates')
  return hex(mac)
}

function challengeOf(vector: JsonObject) {
  const auth = objectAt(vector, 'auth')
  return {
    origin: textAt(auth, 'origin'),
    sid: textAt(auth, 'sid'),
    sNonce: bytesAt(auth, 'sNonce'),
    cNonce: bytesAt(auth, 'cNonce'),
    publicKey: bytesAt(vector, 'pkA'),
    channelBinding: textAt(auth, 'cb'),
  }
}

function checkAuth(vector: JsonObject): void {
  const challenge = challengeOf(vector)
  const signature = bytesAt(objectAt(vector, 'auth'), 'sig')
  expectThat(verifyAuth(challenge, signature), 'refused')
  expectThat(
    !verifyAuth({ ...challenge, sid: `${challenge.sid}x` }, signature),
    'accepted for another socket',
  )
}

function checkAddress(entry: unknown): void {
  const [text, accepted] = listOf(entry, 'the case')
  if (typeof text !== 'string' || typeof accepted !== 'boolean') throw new Error('not [text, accepted]')
  expectThat(codeOf(() => isRoundTrip(text)) === (accepted ? 'ok' : 'bad-address'), 'judged otherwise')
}

function isRoundTrip(text: string): void {
  const publicKey = parseAddress(text)
  expectThat(equal(parseAddress(addressOf(publicKey)), publicKey), 'not the same key')
}

function checkDescription(entry: JsonObject, fingerprint: string): void {
  const sdp = textAt(entry, 'sdp')
  expectSame(
    codeOf(() => checkSdp(sdp, fingerprint)),
    textAt(entry, 'want'),
  )
}

function codeOf(attempt: () => void): string {
  try {
    attempt()
    return 'ok'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}
