// The phases of the one call there may be, what may happen to it, and what it may order. Shapes only.
import type { CallWarning, EndReason, ScreenProblem, SharingView } from '../../contract/call-view.ts'
import type { HistoryEntry } from '../../contract/ipc.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { LinkPrepared } from '../../contract/link.ts'
import type { FrameVerdict } from './frame-watch.ts'
import type { NoWay } from './reach.ts'

export type CameraProblem = Extract<LinkPrepared, { ok: true }>['cameraProblem']

/** What every phase but `idle` knows. */
export interface Common {
  readonly callId: CallId
  readonly direction: 'out' | 'in'
  readonly peer: Address
  /** Pictures: asked for at first, agreed by both once the call is accepted. */
  readonly video: boolean
  /** What the person wants open. Nothing is open before the link is bound, whatever stands here. */
  readonly micOn: boolean
  readonly cameraOn: boolean
  readonly cameraProblem: CameraProblem
}

/** A phase that cannot last: when it ends by itself, in the clock's milliseconds. */
interface Limited {
  readonly deadlineMs: number
}

/** M1 does not wait for a microphone that opened before. */
interface Unopened {
  /** Until when the page may take to open it; undefined where it is open. In the clock's milliseconds. */
  readonly openingUntilMs?: number | undefined
}

/** What a bound link adds. */
interface Bound {
  readonly sinceMs: number
  readonly sasAnswer: 'none' | 'match' | 'later'
  readonly peerMicOn: boolean
  readonly peerCameraOn: boolean
  readonly sharing: SharingView
  readonly claimedName: string | null
  /** An authentic frame of sound arrived. SECURITY: nobody is verified in a call without one (R3). */
  readonly secure: boolean
  /** Since when there was a code to compare: the first authentic sound, over all links of the call. */
  readonly codeSinceMs: number | null
  /** Too much of what arrives is not authentic. */
  readonly unverified: boolean
  /** This computer has no address to reach anybody from. */
  readonly offline: boolean
  /** The last interruption that a person was told of is over. */
  readonly cameBack: boolean
  /** When the link was restarted, or that was asked for, within the last minute; the clock's milliseconds. */
  readonly restartsMs: readonly number[]
}

/**
 * ```
 *            dialed                 it rings         accepted
 *   idle ────────────► dialing ────────────► ringing ────────► connecting ──► talking ◄─► reconnecting
 *    │  called                                                  ▲   bound        │             │
 *    └───────────────► incoming ───────────────────────────────┘                ▼             ▼
 *                            answered                       every phase ──────► ended ──► idle
 * ```
 */
export type CallState =
  | { readonly phase: 'idle' }
  /** `preparing`: the page opens the microphone. `inviting`: the server is asked. `invited`: M1 has left. */
  | (Common &
      Limited &
      Unopened & { readonly phase: 'dialing'; readonly step: 'preparing' | 'inviting' | 'invited' })
  | (Common & Limited & Unopened & { readonly phase: 'ringing' })
  | (Common & Limited & { readonly phase: 'incoming'; readonly silenced: boolean })
  /**
   * `preparing`: M2 leaves while the page opens the microphone. `revealed`: it still does, the other side has answered, and
   * the link opens. `accepted`: it is open. `linking`: both opened the link. `binding`: MACs.
   */
  | (Common &
      Limited & {
        readonly phase: 'connecting'
        readonly step: 'preparing' | 'revealed' | 'accepted' | 'linking' | 'binding'
        /** The link is open and may use a relay only. */
        readonly relayOnly?: boolean
        /** As in a bound call; undefined before the first. */
        readonly restartsMs?: readonly number[]
        /** Addresses have changed, here or there: that no path is found over the old ones says nothing. */
        readonly addressesChanged?: boolean
        /** How often the link was restarted since; undefined where that is not to be repeated. */
        readonly tries?: number | undefined
      })
  | (Common & Bound & { readonly phase: 'talking' })
  /**
   * `stalled`: no sound for a moment, and a person is not told yet. `waiting`: the link is interrupted, may come back by
   * itself, and is restarted again and again. `restarted`: both sides have described it anew.
   */
  | (Common &
      Bound &
      Limited & {
        readonly phase: 'reconnecting'
        readonly step: 'stalled' | 'waiting' | 'restarted'
        /** How much longer than to the deadline the call may be without a link, in ms. */
        readonly leftMs: number
        /** How often it was restarted since the network was last seen to change. */
        readonly tries: number
      })
  /**
   * The link is renewed: the page is gone (`page`), opens the microphone again (`preparing`), new keys are agreed
   * (`rekeying`), the new link opens (`linking`).
   */
  | (Common &
      Bound &
      Limited & {
        readonly phase: 'reconnecting'
        readonly step: 'page' | 'preparing' | 'rekeying' | 'linking'
      })
  | (Common & {
      readonly phase: 'ended'
      readonly reason: EndReason
      readonly detail: string | null
      readonly durationMs: number
      readonly claimedName: string | null
      readonly note?: string | undefined
    })

export type Phase = CallState['phase']
export type LiveCall = Exclude<CallState, { phase: 'idle' } | { phase: 'ended' }>
export type Connecting = Extract<CallState, { phase: 'connecting' }>
export type TalkingCall = Extract<CallState, { phase: 'talking' | 'reconnecting' }>

/** Facts, named by who speaks. All but `user/dialed` and `peer/called` name the call they are about. */
export type CallEvent =
  | {
      type: 'user/dialed'
      callId: CallId
      peer: Address
      video: boolean
      refusedPeer: boolean
      blocked?: boolean
      /** The microphone that the page will open has opened before, and the sound was seen to be encrypted. */
      proven?: boolean
    }
  | { type: 'user/answered'; callId: CallId; video: boolean }
  /** `note`: for the caller to read. */
  | { type: 'user/declined'; callId: CallId; note?: string | undefined }
  | { type: 'user/silenced'; callId: CallId }
  | { type: 'user/hung-up'; callId: CallId }
  | { type: 'user/muted'; callId: CallId; micOn: boolean }
  | { type: 'user/camera-switched'; callId: CallId; cameraOn: boolean }
  | { type: 'user/shared'; callId: CallId; on: boolean }
  /** `what`: its name, null where the system does not tell. */
  | { type: 'screen/chosen'; callId: CallId; what: string | null }
  | { type: 'screen/not-chosen'; callId: CallId; problem: ScreenProblem | null }
  | { type: 'link/screen-opened'; callId: CallId }
  | { type: 'link/screen-closed'; callId: CallId; problem: ScreenProblem | null }
  | { type: 'user/compared'; callId: CallId; answer: 'match' | 'different' | 'later' }
  | { type: 'user/dismissed'; callId: CallId }
  /** Whoever this call is with may not be in one any more. */
  | { type: 'user/blocked'; callId: CallId }
  | { type: 'link/prepared'; callId: CallId; cameraProblem: CameraProblem }
  | {
      type: 'link/not-prepared'
      callId: CallId
      code: 'mic-denied' | 'mic-missing' | 'mic-busy' | 'link-failed' | 'frames-failed'
    }
  /** The link is opened, and may use a relay only. */
  | { type: 'link/relay-only'; callId: CallId }
  /** There is no way to the peer that this person allows. */
  | { type: 'link/no-way'; callId: CallId; code: NoWay }
  | { type: 'link/opened'; callId: CallId }
  | { type: 'link/bound'; callId: CallId }
  /** Both sides have the keys of the link that replaces the one that is gone. */
  | { type: 'link/rekeyed'; callId: CallId }
  /** No sound for a moment, while the transport has noticed nothing. */
  | { type: 'link/stalled'; callId: CallId }
  | { type: 'link/interrupted'; callId: CallId }
  /** Both sides have described the link anew: the peer can be reached, whatever becomes of the link. */
  | { type: 'link/restarted'; callId: CallId }
  | { type: 'link/restored'; callId: CallId }
  /** A link that is not bound was restarted `tries` times a while ago, and may need it once more. */
  | { type: 'link/restart-due'; callId: CallId; tries: number }
  | { type: 'link/failed'; callId: CallId }
  /** The frame layer could not be set up, or its self-test failed. */
  | { type: 'link/frames-failed'; callId: CallId }
  /** Bound, and an authentic frame of the peer's sound was opened. */
  | { type: 'link/secured'; callId: CallId }
  | { type: 'link/frames-judged'; callId: CallId; verdict: FrameVerdict }
  /**
   * The transport of a bound link shows other certificates than the signed ones, or a link that is not bound yet was
   * described or proved as none that both have signed. `code` says what.
   */
  | { type: 'link/altered'; callId: CallId; code: string }
  | { type: 'link/camera-failed'; callId: CallId; code: NonNullable<CameraProblem> }
  | { type: 'page/gone'; callId: CallId }
  /** Other addresses than before, none of them, or awake after a sleep. */
  | { type: 'network/changed'; callId: CallId; online: boolean }
  /** There is a page again, and it listens. */
  | { type: 'page/ready'; callId: CallId }
  /** `survives`: if both dialled each other, theirs is the call that goes on (SP1 section 4). */
  | {
      type: 'peer/called'
      callId: CallId
      peer: Address
      video: boolean
      survives: boolean
      /** It rings without a sound from the start. */
      silent?: boolean
    }
  | { type: 'peer/ringing'; callId: CallId }
  | { type: 'peer/accepted'; callId: CallId; video: boolean }
  | { type: 'peer/revealed'; callId: CallId }
  | { type: 'peer/busy'; callId: CallId }
  /** `note`: the peer's words, seen to be one plain line. */
  | { type: 'peer/declined'; callId: CallId; note?: string | undefined }
  | { type: 'peer/cancelled'; callId: CallId }
  /** `lost`: the peer's page is gone, and nobody there meant to end the call. */
  | { type: 'peer/hung-up'; callId: CallId; lost: boolean }
  /** The peer's link carries nothing, or the peer has other addresses. Only a caller can restart it (SP1 section 5). */
  | { type: 'peer/asks-restart'; callId: CallId }
  /** The caller has described the link anew. */
  | { type: 'peer/restarts'; callId: CallId }
  /** The peer's link is gone, and it wants another. */
  | { type: 'peer/renews'; callId: CallId }
  | { type: 'peer/named'; callId: CallId; name: string }
  | { type: 'peer/switched'; callId: CallId; micOn: boolean; cameraOn: boolean }
  | { type: 'peer/shared'; callId: CallId; on: boolean }
  | { type: 'server/invited'; callId: CallId }
  /** The server can be reached again. */
  | { type: 'server/returned'; callId: CallId }
  | { type: 'server/refused'; callId: CallId; reason: 'not-at-server' | 'server-unreachable' }
  /** Somebody altered what only the peer could have written; `code` says what. */
  | { type: 'handshake/refused'; callId: CallId; code: string }
  /** Frames of the peer are missing and did not come. */
  | { type: 'handshake/stalled'; callId: CallId }
  /** Names the deadline it was set for: a phase may have ended while it was on its way. */
  | { type: 'deadline/passed'; callId: CallId; deadlineMs: number }

/** Orders. Each may be carried out twice without harm. */
export type CallEffect =
  /** Get the page ready for a call that may be answered, as far as that opens nothing. */
  | { do: 'warm-link'; callId: CallId }
  | { do: 'prepare-link'; callId: CallId; video: boolean }
  /** Ask the server for what an invitation needs. Nothing of the call leaves. */
  | { do: 'seek'; callId: CallId; peer: Address }
  /** Leave the invitation as soon as there is a certificate and what it needs of the server. */
  | { do: 'invite'; callId: CallId; video: boolean }
  /** Tell the callee's mailbox that this call is over before it began. */
  | { do: 'cancel'; callId: CallId }
  /** Tell the caller that it rings, if it is a contact. */
  | { do: 'ring-back'; callId: CallId; peer: Address }
  | { do: 'refuse'; callId: CallId; kind: 'busy' | 'decline'; note?: string | undefined }
  | { do: 'accept'; callId: CallId; video: boolean }
  /** Have the page make its connection before there are keys. What it says of itself is kept here until there are. */
  | { do: 'begin-link'; callId: CallId; initiator: boolean }
  | { do: 'open-link'; callId: CallId; initiator: boolean }
  | {
      do: 'set-tracks'
      callId: CallId
      micOn: boolean
      cameraOn: boolean
      screenOn: boolean
      hear: boolean
    }
  /** Describe the link anew, under the same certificates; a callee asks the caller to. Also over a server that was thought dead. */
  | { do: 'restart-link'; callId: CallId; initiator: boolean }
  /** Tell the call when its link may need another restart. `afterMs`: in milliseconds. */
  | { do: 'remind-of-restart'; callId: CallId; tries: number; afterMs: number }
  /** The link carries nothing any more: what was on it goes by the server, and so does what follows. */
  | { do: 'suspend-link'; callId: CallId }
  /** Agree on new keys for the link that the page has prepared. */
  | { do: 'rekey'; callId: CallId }
  | { do: 'tell-state'; callId: CallId; micOn: boolean; cameraOn: boolean }
  | { do: 'tell-screen'; callId: CallId; on: boolean }
  /** Tell the peer who I am, as far as it may know; a contact is also given what lets it past the limits for strangers. */
  | { do: 'introduce'; callId: CallId; peer: Address }
  | { do: 'hang-up'; callId: CallId; reason: string }
  | { do: 'close-link'; callId: CallId }
  /** Forget the handshake of this call, erase its keys, leave its server connection. */
  | { do: 'forget'; callId: CallId }
  | { do: 'mark-verified'; peer: Address }
  | { do: 'mark-mismatched'; peer: Address }
  /** A nonce of mine is out and its code was never compared (SP1 section 4). */
  | { do: 'count-exposure'; peer: Address }
  /** To be shown until a person has read it. */
  | {
      do: 'warn'
      callId: CallId
      direction: 'in' | 'out'
      peer: Address
      reason: CallWarning['reason']
      detail: string | null
    }
  | {
      do: 'record'
      peer: Address
      direction: 'in' | 'out'
      video: boolean
      outcome: HistoryEntry['outcome']
      durationMs: number
      note?: string | undefined
    }
