// What the page may know of a call, derived from its state and from what was measured. Remembers nothing.
import { noSharing } from '../../contract/call-view.ts'
import type { LinkMeasured } from '../../contract/link.ts'
import type {
  AddressNotice,
  CallView,
  LinkFacts,
  MediaView,
  PeerView,
  SasView,
} from '../../contract/call-view.ts'
import { assertNever } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import type { Ringtone } from '../../contract/ringing.ts'
import type { CallState, Common } from './call-state.ts'

export interface ViewSources {
  peer(address: Address, claimedName: string | null): PeerView
  /** Null before the handshake is complete. */
  sas(): Omit<SasView, 'answer'> | null
  facts(): LinkFacts
  addressNotice(): AddressNotice
  tone(address: Address): Ringtone
  /** What the page found out last about its own microphone and speaker; null before it has. */
  sound(): NonNullable<LinkMeasured['sound']> | null
}

const noSas: Omit<SasView, 'answer'> = { symbols: [], digits: ['', ''], exhausted: false }

export function callViewOf(state: CallState, sources: ViewSources): CallView {
  switch (state.phase) {
    case 'idle':
      return { phase: 'idle' }
    case 'dialing':
    case 'ringing':
      return {
        ...common(state, sources, null),
        phase: state.phase,
        addressNotice: sources.addressNotice(),
      }
    case 'connecting':
      return { ...common(state, sources, null), phase: 'connecting' }
    case 'incoming':
      return {
        ...common(state, sources, null),
        phase: 'incoming',
        silenced: state.silenced,
        tone: sources.tone(state.peer),
        addressNotice: sources.addressNotice(),
      }
    case 'talking':
    case 'reconnecting':
      return {
        ...common(state, sources, state.claimedName),
        // A stall is told once it has lasted.
        phase: state.phase === 'reconnecting' && state.step === 'stalled' ? 'talking' : state.phase,
        media: {
          ...mediaOf(state, { micOn: state.peerMicOn, cameraOn: state.peerCameraOn }, sources.sound()),
          sharing: state.sharing,
        },
        sinceMs: state.sinceMs,
        secure: state.secure,
        unverified: state.unverified,
        offline: state.offline,
        cameBack: state.cameBack,
        sas: { ...(sources.sas() ?? noSas), answer: state.sasAnswer },
        facts: sources.facts(),
      }
    case 'ended':
      return {
        ...common(state, sources, state.claimedName),
        phase: 'ended',
        reason: state.reason,
        detail: state.detail,
        durationMs: state.durationMs,
        note: state.note ?? null,
      }
    default:
      return assertNever(state)
  }
}

const common = (state: Common, sources: ViewSources, claimedName: string | null) => ({
  callId: state.callId,
  direction: state.direction,
  peer: sources.peer(state.peer, claimedName),
  media: mediaOf(state, { micOn: false, cameraOn: false }, null),
})

const mediaOf = (
  state: Common,
  peer: { micOn: boolean; cameraOn: boolean },
  sound: ReturnType<ViewSources['sound']>,
): MediaView => ({
  video: state.video,
  micOn: state.micOn,
  cameraOn: state.cameraOn,
  cameraProblem: state.cameraProblem,
  // Whoever muted themselves knows, but not that there is no microphone any more.
  microphoneProblem: sound && (state.micOn || sound.microphone === 'none') ? sound.microphone : null,
  speakerRefused: sound?.speakerRefused ?? false,
  peerMicOn: peer.micOn,
  peerCameraOn: peer.cameraOn,
  sharing: noSharing,
})
