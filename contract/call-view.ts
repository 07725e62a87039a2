// What the page may know of a call. Main derives it from the call machine; nobody writes it anywhere else.
import type { Address, CallId } from './ids.ts'
import type { LinkFrames, LinkTraffic, MicrophoneVerdict } from './link.ts'
import type { Ringtone } from './ringing.ts'

/** What was compared: the code of a call, the safety number, or the QR code of it. */
export type VerifiedHow = 'sas' | 'qr' | 'number'

/** Trust in an identity (SP1 section 6). V0 unknown, V1 pinned as a contact, V2 verified by a person, X refused. */
export type TrustView =
  | { readonly state: 'V0' }
  | { readonly state: 'V1' }
  | { readonly state: 'V2'; readonly how: VerifiedHow; readonly atMs: number }
  | { readonly state: 'X'; readonly cause: 'mismatch' | 'blocked'; readonly atMs: number }

export interface PeerView {
  readonly address: Address
  /** The name in my contacts; null for somebody who is not in them. */
  readonly name: string | null
  /** What the peer calls itself. Known only after accept and never shown as if it were checked. */
  readonly claimedName: string | null
  /** The contact whose name a stranger claims; null when there is none. */
  readonly clash: string | null
  /** The contact whose old key says that this one follows it; null when nobody vouches. */
  readonly vouchedFor: string | null
  readonly trust: TrustView
}

export interface SasView {
  /** Five symbols; `id` names one of 64 locale entries. */
  readonly symbols: readonly { readonly id: string; readonly emoji: string }[]
  /** The same 30 bits as two numbers of five digits. */
  readonly digits: readonly [string, string]
  readonly answer: 'none' | 'match' | 'later'
  /** Calls broke off too often just as their codes were made: main takes no "match" for somebody who is not V2. */
  readonly exhausted: boolean
}

/** Why my screen is not shared although I asked for it: the system forbids it, nothing came of it, what I shared is gone. */
export type ScreenProblem = 'screen-denied' | 'screen-failed' | 'screen-gone'

export interface SharingView {
  /** `choosing`: a person chooses what to show. `starting`: the page opens it. Nothing leaves before `on`. */
  readonly own: 'off' | 'choosing' | 'starting' | 'on'
  /** What I show, as the system names it; null where the system does not tell. */
  readonly what: string | null
  readonly problem: ScreenProblem | null
  /** The peer says that it shows its screen. */
  readonly peer: boolean
}

export const noSharing: SharingView = { own: 'off', what: null, problem: null, peer: false }

export interface MediaView {
  /** The call carries pictures: both sides agreed on video. */
  readonly video: boolean
  readonly micOn: boolean
  readonly cameraOn: boolean
  /** Why my camera is off although I asked for it; null when there is nothing to say. */
  readonly cameraProblem: 'camera-denied' | 'camera-missing' | 'camera-busy' | null
  /** What keeps me from being heard well; null when there is nothing to say, and while I am muted on purpose. */
  readonly microphoneProblem: MicrophoneVerdict | null
  /** The chosen speaker did not take the sound: the other side is heard through the system's default. */
  readonly speakerRefused: boolean
  readonly peerMicOn: boolean
  readonly peerCameraOn: boolean
  readonly sharing: SharingView
}

/** Measured by the page on the live transport, compared by main. `null` until measured. */
export interface LinkFacts {
  /** Fingerprint of my certificate, as the certificate itself says. */
  readonly own: string | null
  /** Fingerprint of the certificate the peer used on the wire. */
  readonly seen: string | null
  /** Fingerprints both sides signed in the handshake. */
  readonly signedOwn: string | null
  readonly signedPeer: string | null
  /** Both comparisons hold. */
  readonly match: boolean
  /** The dtls-bind MACs of both sides were checked (SP1 section 5). */
  readonly bound: boolean
  readonly dtlsVersion: string | null
  readonly dtlsCipher: string | null
  readonly srtpCipher: string | null
  readonly path: 'direct' | 'relay' | null
  readonly reach: ReachFacts
  readonly traffic: LinkTraffic | null
  /** What the frame layer did, and what the transport says of it. */
  readonly frames: LinkFrames | null
}

/** How the link may reach the peer, and what came of that. */
export interface ReachFacts {
  /** Only through a relay: the peer was told no address of mine, and mine uses none of theirs. */
  readonly relayOnly: boolean
  /** The host of the relay that my packets take; null when they take none. */
  readonly relay: string | null
  /** A relay was wanted, and none is to be had. */
  readonly relayUnavailable: boolean
}

/**
 * What answering will tell the peer about me, as long as a person has not been told before (R19). `direct`: my network
 * address. `unless-relay`: the same, if it turns out that there is no relay.
 */
export type AddressNotice = 'direct' | 'unless-relay' | null

export type EndReason =
  | 'hung-up'
  | 'peer-hung-up'
  | 'cancelled'
  | 'missed'
  | 'declined'
  | 'peer-declined'
  | 'busy'
  | 'no-answer'
  | 'not-at-server'
  | 'server-unreachable'
  | 'mic-denied'
  | 'mic-missing'
  | 'mic-busy'
  | 'connection-failed'
  | 'connection-lost'
  /** Only a relay may be used, and nobody offers one. */
  | 'no-relay'
  /** Only a relay may be used, and it did not connect the two. */
  | 'relay-failed'
  | 'altered'
  | 'sas-mismatch'
  | 'refused-peer'
  /** I blocked them: before I dialled, or while the call was on. */
  | 'blocked'
  | 'page-gone'
  | 'frames-failed'

/** An end that says somebody may be in between. Main keeps it until a person has seen it. */
export interface CallWarning {
  readonly callId: CallId
  readonly direction: 'out' | 'in'
  readonly reason: Extract<EndReason, 'altered' | 'sas-mismatch'>
  /** The refusal behind it, to be quoted in a report. */
  readonly detail: string | null
  readonly address: Address
  /** The name in my contacts at the time of looking. */
  readonly name: string | null
  readonly atMs: number
}

export interface WarningsView {
  /** Newest last. None leaves but by a person's press. */
  readonly calls: readonly CallWarning[]
  /** Ten calls or more broke off within a day, each just as its code was made (SP1 section 4). */
  readonly codesTried: boolean
}

interface Common {
  readonly callId: CallId
  readonly direction: 'out' | 'in'
  readonly peer: PeerView
  readonly media: MediaView
}

export type CallView =
  | { readonly phase: 'idle' }
  /** Outgoing, before the other side is known to ring. */
  | (Common & { readonly phase: 'dialing'; readonly addressNotice: AddressNotice })
  /** Outgoing, the other side rings. */
  | (Common & { readonly phase: 'ringing'; readonly addressNotice: AddressNotice })
  | (Common & {
      readonly phase: 'incoming'
      readonly silenced: boolean
      /** What it rings with while it is not silenced. */
      readonly tone: Ringtone
      readonly addressNotice: AddressNotice
    })
  | (Common & { readonly phase: 'connecting' })
  | (Common & {
      readonly phase: 'talking' | 'reconnecting'
      readonly sinceMs: number
      /** Bound, and at least one authentic frame of sound arrived: the code may be compared now, and not before. */
      readonly secure: boolean
      /** Too much of what arrives is not authentic: nothing is played. */
      readonly unverified: boolean
      /** This computer has no network: whoever waits knows that it is not the other side. */
      readonly offline: boolean
      /** The last interruption that a person was told of is over. */
      readonly cameBack: boolean
      readonly sas: SasView
      readonly facts: LinkFacts
    })
  | (Common & {
      readonly phase: 'ended'
      readonly reason: EndReason
      /** The refusal behind `altered` and `connection-failed`, to be quoted in a report. */
      readonly detail: string | null
      readonly durationMs: number
      /** With what words it was declined: the peer's if the call went out, else mine. */
      readonly note: string | null
    })
