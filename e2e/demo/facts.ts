// What the demo measures. Every value is read from the running apps, the audio element or the wire.
import type { LinkFacts } from '../../contract/call-view.ts'

interface Fingerprints {
  /** From the phone's own certificate. */
  readonly own: string | null
  /** From the live transport. */
  readonly seen: string | null
  /** From the signed handshake messages: what the other side signed as its own. */
  readonly signed: string | null
}

interface Hearing {
  readonly packets: number
  readonly energy: number
  readonly toneHz: number
}

export interface DemoFacts {
  readonly host: string
  readonly versions: { electron: string; chromium: string; node: string; earshot: string }
  /** Click on Call to alert window shown; click on Answer to sound with energy at the later side. */
  readonly timing: { clickToRingMs: number; acceptToAudioMs: number }
  readonly path: 'direct' | 'relay' | null
  readonly dtls: { version: string | null; cipher: string | null; srtp: string | null }
  readonly fingerprints: { alice: Fingerprints; bob: Fingerprints; match: boolean }
  readonly bound: boolean
  /** As shown on the two screens. */
  readonly sas: { alice: string; bob: string; equal: boolean }
  readonly audio: { aliceHears: Hearing; bobHears: Hearing }
  readonly video: { aliceFrames: number; bobFrames: number }
  readonly ended: { alice: string; bob: string }
  /**
   * Search of the anonymous connections and of every envelope. `controlFound` is the same search finding the callee's
   * address, which has to be there: it shows that the search works.
   */
  readonly wire: {
    bytes: number
    containsCallerAddress: boolean
    containsSdp: boolean
    controlFound: boolean
  }
}

export const fingerprintsOf = (facts: LinkFacts): Fingerprints => ({
  own: facts.own,
  seen: facts.seen,
  signed: facts.signedPeer,
})

/** What a call must show to count as working; the names of what does not hold. */
export function failures(facts: DemoFacts): string[] {
  const checks: Record<string, boolean> = {
    'the certificates on the wire are the signed ones': facts.fingerprints.match,
    'the link is bound to both identities': facts.bound,
    'both screens show the same code': facts.sas.equal,
    'Alice hears Bob (660 Hz)': Math.abs(facts.audio.aliceHears.toneHz - 660) <= 15,
    'Bob hears Alice (440 Hz)': Math.abs(facts.audio.bobHears.toneHz - 440) <= 15,
    'Alice sees Bob': facts.video.aliceFrames > 0,
    'Bob sees Alice': facts.video.bobFrames > 0,
    'Alice hung up, Bob was told': facts.ended.alice === 'hung-up' && facts.ended.bob === 'peer-hung-up',
    'the server saw no address of the caller': !facts.wire.containsCallerAddress,
    'the server saw no SDP and no candidate': !facts.wire.containsSdp,
    'the search of the wire works': facts.wire.controlFound,
  }
  return Object.entries(checks)
    .filter(([, holds]) => !holds)
    .map(([name]) => name)
}
