// Push-to-talk: whoever holds a key opens the microphone, and no longer than that. Owns how long a key is believed to be
// held; the microphone itself is the call's. Knows neither keys nor who presses them.
import type { CallView } from '../contract/call-view.ts'
import { PhoneError } from '../contract/errors.ts'
import type { CallId } from '../contract/ids.ts'
import type { CallCommand, ControlView } from '../contract/ipc.ts'
import type { Clock } from './clock.ts'
import { createListeners } from './listeners.ts'

export const pushToTalkManners = {
  /** SECURITY: a key whose release nobody heard of (a page that hangs, a script that died) is let go after this long. */
  watchdogMs: 60_000,
} as const

export interface PushToTalk {
  /** Code `no-call` when this call cannot be spoken in, or is over. Saying `on` again goes on holding. */
  talk(order: Extract<CallCommand, { type: 'talk' }>): void
  /** The call, or what this person wants, may be another now. */
  look(): void
  view(): ControlView['talk']
  onChange(listener: () => void): () => void
}

export function createPushToTalk(parts: {
  readonly clock: Clock
  readonly call: () => CallView
  /** Switches the microphone of the call that is on. */
  readonly mute: (callId: CallId, on: boolean) => void
  /** A call begins with the microphone off. */
  readonly wanted: () => boolean
}): PushToTalk {
  const { clock, call, mute, wanted } = parts
  const listeners = createListeners()
  let held: CallId | null = null
  /** The call in which the watchdog let go. */
  let stuck: CallId | null = null
  let cancelWatchdog = (): void => undefined
  let wasWanted = wanted()
  /** The call whose microphone was closed at its beginning. */
  let begun: CallId | null = null

  function set(now: { held: CallId | null; stuck: CallId | null }): void {
    if (now.held === held && now.stuck === stuck) return
    ;({ held, stuck } = now)
    if (held === null) cancelWatchdog()
    listeners.tell()
  }

  function release(callId: CallId, why: 'up' | 'stuck'): void {
    set({ held: null, stuck: why === 'stuck' ? callId : null })
    mute(callId, true)
  }

  function watch(callId: CallId): void {
    cancelWatchdog()
    cancelWatchdog = clock.after(pushToTalkManners.watchdogMs, () => {
      if (held === callId) release(callId, 'stuck')
    })
  }

  return {
    talk({ callId, on }) {
      const now = call()
      if (!isSpoken(now) || now.callId !== callId) throw new PhoneError('no-call')
      if (!on) return release(callId, 'up')
      watch(callId)
      set({ held: callId, stuck: null })
      if (!now.media.micOn) mute(callId, false)
    },
    look() {
      const now = call()
      const live = isSpoken(now) ? now : null
      if (stuck !== null && stuck !== live?.callId) set({ held, stuck: null })
      // Whoever muted the call by another way has let go, whatever the key says.
      if (held !== null && (held !== live?.callId || !live.media.micOn)) set({ held: null, stuck })
      // SECURITY: a microphone is never more open than was asked for: so from the first moment of a call on, and from the
      // moment on in which a person chooses to hold a key.
      const chosen = wanted() && !wasWanted
      wasWanted = wanted()
      if (live && wanted() && (begun !== live.callId || chosen)) {
        begun = live.callId
        if (held === null && live.media.micOn) mute(live.callId, true)
      }
      if (live) begun = live.callId
    },
    view: () => (held !== null ? 'held' : stuck !== null ? 'stuck' : 'up'),
    onChange: listeners.onChange,
  }
}

/** A call that this person takes part in: its microphone has a switch. */
export function isSpoken(
  call: CallView,
): call is Exclude<CallView, { phase: 'idle' | 'incoming' | 'ended' }> {
  return call.phase !== 'idle' && call.phase !== 'incoming' && call.phase !== 'ended'
}
