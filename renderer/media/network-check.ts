// Tries out, one after the other, what a call needs: devices, server, relays, and what the network lets through. Says of each
// how it went; knows no words and no screen.
import type { IceServer } from '../../contract/link.ts'
import { gather as gatherNow } from './ice-gathering.ts'
import type { Gathered } from './ice-gathering.ts'
import { natKind, stunUrls } from './nat-kind.ts'
import { relayTime as timeNow } from './relay-time.ts'

export const checkNames = [
  'microphone',
  'speaker',
  'camera',
  'server',
  'stun',
  'relay-udp',
  'relay-tcp',
  'relay-tls',
  'relay-time',
  'nat',
] as const
export type CheckName = (typeof checkNames)[number]

/** `good` needs nothing; `warn` may be heard; `bad` keeps calls from working; `none` could not be tried. */
export type Grade = 'good' | 'warn' | 'bad' | 'none'

/** Which sentence there is to say about it; the words are the screen's. */
export const verdicts = {
  microphone: ['good', 'silent', 'muted', 'denied', 'missing', 'busy'],
  speaker: ['good', 'refused'],
  camera: ['good', 'denied', 'missing', 'busy'],
  server: ['good', 'offline', 'unset'],
  stun: ['good', 'failed', 'unset'],
  'relay-udp': ['good', 'failed', 'blocked', 'unset'],
  'relay-tcp': ['good', 'failed', 'unset'],
  'relay-tls': ['good', 'failed', 'unset'],
  'relay-time': ['good', 'far', 'failed', 'unset'],
  nat: ['open', 'same', 'changing', 'unknown'],
} as const satisfies Readonly<Record<CheckName, readonly string[]>>
export type Verdict<N extends CheckName = CheckName> = (typeof verdicts)[N][number]

export interface CheckResult {
  readonly name: CheckName
  readonly state: 'waiting' | 'running' | 'done'
  /** Null until it is done. */
  readonly verdict: Verdict | null
  readonly grade: Grade | null
  /** Milliseconds. */
  readonly figure: number | null
}

/** ITU-T G.114, as for calls; to the relay and back is half of the way. */
export const farRelayMs = 150

const grades: Readonly<Partial<Record<Verdict, Grade>>> = {
  good: 'good',
  open: 'good',
  same: 'good',
  changing: 'warn',
  unknown: 'none',
  unset: 'none',
  far: 'warn',
  blocked: 'warn',
  refused: 'warn',
}
/** A call is a call without a camera. */
const gradeOf = (name: CheckName, verdict: Verdict): Grade =>
  name === 'camera' && verdict === 'missing'
    ? 'none'
    : (grades[verdict] ?? (name === 'camera' || name === 'relay-tls' || name === 'stun' ? 'warn' : 'bad'))

export interface CheckParts {
  readonly microphone: (signal: AbortSignal) => Promise<Verdict<'microphone'>>
  readonly speaker: (signal: AbortSignal) => Promise<Verdict<'speaker'>>
  readonly camera: (signal: AbortSignal) => Promise<Verdict<'camera'>>
  readonly server: () => Verdict<'server'>
  /** Those that a call would use; null when the server does not say. */
  readonly relays: () => Promise<readonly IceServer[] | null>
  readonly changed: (results: readonly CheckResult[]) => void
  readonly gather?: typeof gatherNow
  readonly relayTime?: typeof timeNow
}

const transportOf = (url: string): 'udp' | 'tcp' | 'tls' | null => {
  if (/^turns:/i.test(url)) return 'tls'
  if (!/^turn:/i.test(url)) return null
  return /transport=tcp/i.test(url) ? 'tcp' : 'udp'
}

/** Only the URLs that hold, and no server without one. */
function among(servers: readonly IceServer[], holds: (url: string) => boolean): readonly IceServer[] {
  return servers.flatMap((server) => {
    const urls = server.urls.filter(holds)
    return urls.length > 0 ? [{ ...server, urls }] : []
  })
}

/** Resolves when all is done, or soon after it was called off. Never rejects. */
export async function checkNetwork(parts: CheckParts, signal: AbortSignal): Promise<readonly CheckResult[]> {
  const { gather = gatherNow, relayTime = timeNow } = parts
  let results: readonly CheckResult[] = checkNames.map((name) => ({
    name,
    state: 'waiting',
    verdict: null,
    grade: null,
    figure: null,
  }))
  function change(name: CheckName, entries: Partial<CheckResult>): void {
    if (signal.aborted) return
    results = results.map((result) => (result.name === name ? { ...result, ...entries } : result))
    parts.changed(results)
  }
  function done<N extends CheckName>(name: N, verdict: Verdict<N>, figure: number | null = null): void {
    change(name, { state: 'done', verdict, grade: gradeOf(name, verdict), figure })
  }
  const begin = (...names: CheckName[]): void => names.forEach((name) => change(name, { state: 'running' }))
  const verdictOf = (name: CheckName) => results.find((result) => result.name === name)?.verdict ?? null

  async function relay(transport: 'udp' | 'tcp' | 'tls', servers: readonly IceServer[]): Promise<void> {
    const name = `relay-${transport}` as const
    const those = among(servers, (url) => transportOf(url) === transport)
    if (those.length === 0) return done(name, 'unset')
    const { candidates } = await gather(those, { relayOnly: true, signal })
    done(name, candidates.some(({ type }) => type === 'relay') ? 'good' : 'failed')
  }

  async function stun(servers: readonly IceServer[]): Promise<void> {
    const urls = stunUrls(servers)
    if (urls.length === 0) {
      done('stun', 'unset')
      return done('nat', 'unknown')
    }
    const those = among(servers, (url) => urls.includes(url))
    const gathered = await gather(those, { relayOnly: false, signal })
    done('stun', hasAnswered(gathered, urls) ? 'good' : 'failed')
    done('nat', natKind(those, gathered))
  }

  async function time(servers: readonly IceServer[]): Promise<void> {
    const those = among(servers, (url) => transportOf(url) !== null)
    if (those.length === 0) return done('relay-time', 'unset')
    const ms = await relayTime(those, signal)
    if (ms === null) return done('relay-time', 'failed')
    done('relay-time', ms >= farRelayMs ? 'far' : 'good', ms)
  }

  parts.changed(results)
  // One after the other: with a headset, one device takes another's time.
  for (const name of ['microphone', 'speaker', 'camera'] as const) {
    if (signal.aborted) return results
    begin(name)
    done(name, await parts[name](signal))
  }
  begin('server')
  done('server', parts.server())
  begin('stun', 'relay-udp', 'relay-tcp', 'relay-tls', 'relay-time', 'nat')
  const servers = await parts.relays()
  if (signal.aborted) return results
  if (servers === null) {
    // Whether there is a relay nobody knows: the server did not say.
    for (const name of ['stun', 'relay-udp', 'relay-tcp', 'relay-tls', 'relay-time'] as const)
      done(name, 'failed')
    done('nat', 'unknown')
    return results
  }
  await Promise.all([
    stun(servers),
    time(servers),
    ...(['udp', 'tcp', 'tls'] as const).map((transport) => relay(transport, servers)),
  ])
  const isThroughTcp = verdictOf('relay-tcp') === 'good' || verdictOf('relay-tls') === 'good'
  if (verdictOf('relay-udp') === 'failed' && isThroughTcp) done('relay-udp', 'blocked')
  return results
}

/** An own address that is the same outside is not told again: then only a failure says that nobody answered. */
const hasAnswered = ({ candidates, failed, complete }: Gathered, urls: readonly string[]): boolean =>
  candidates.some(({ type, protocol }) => type === 'srflx' && protocol === 'udp') ||
  (complete && failed.length < urls.length)

export type Outcome = 'good' | 'relay-likely' | 'no-udp' | 'no-relay' | 'no-way' | 'devices'

/** What it all comes to: the worst that is true. */
export function outcomeOf(results: readonly CheckResult[]): Outcome {
  const verdict = (name: CheckName) => results.find((result) => result.name === name)?.verdict ?? null
  const relays = (['relay-udp', 'relay-tcp', 'relay-tls'] as const).map(verdict)
  const hasRelay = relays.some((each) => each === 'good')
  if (verdict('server') !== 'good') return 'no-way'
  if (results.some(({ name, grade }) => (name === 'microphone' || name === 'speaker') && grade === 'bad'))
    return 'devices'
  if (verdict('relay-udp') === 'blocked') return 'no-udp'
  if (!hasRelay) return verdict('stun') === 'failed' ? 'no-way' : 'no-relay'
  return verdict('nat') === 'changing' ? 'relay-likely' : 'good'
}
