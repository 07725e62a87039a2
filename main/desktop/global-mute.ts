// One key of the whole desktop that switches the microphone, for as long as a call runs and a person wants it. Electron
// tells of keys that go down and never of one that comes up again, so it is a switch and nothing to be held.
import type { CallView } from '../../contract/call-view.ts'
import type { CallCommand, ControlView } from '../../contract/ipc.ts'
import { createListeners } from '../listeners.ts'
import { isSpoken } from '../push-to-talk.ts'

/** As Electron names it. Without AltGr, which is Ctrl+Alt on Windows and types letters. */
export const globalMuteKey = 'CommandOrControl+Alt+Shift+M'

/** A key that is held comes again and again, first after up to this long. */
const repeatMs = 700

export interface GlobalMute {
  /** The call, or what this person wants, may be another now. */
  look(): void
  view(): ControlView['globalMute']
  onChange(listener: () => void): () => void
}

export function createGlobalMute(parts: {
  readonly keys: {
    register(accelerator: string, callback: () => void): boolean
    unregister(accelerator: string): void
  }
  readonly wanted: () => boolean
  readonly call: () => CallView
  readonly command: (order: CallCommand) => void
  /** Never goes back. */
  readonly nowMs: () => number
}): GlobalMute {
  const { keys, wanted, call, command, nowMs } = parts
  const listeners = createListeners()
  let state: ControlView['globalMute'] = wanted() ? 'waiting' : 'off'
  let pressedAtMs = Number.NEGATIVE_INFINITY

  function pressed(): void {
    const isRepeat = nowMs() - pressedAtMs < repeatMs
    pressedAtMs = nowMs()
    const now = call()
    if (!isSpoken(now)) return
    // SECURITY: a key that is held must not open and close by turns. It may close the microphone, and does not open it again.
    if (isRepeat && !now.media.micOn) return
    command({ type: 'mute', callId: now.callId, on: now.media.micOn })
  }

  return {
    look() {
      const inCall = isSpoken(call())
      const before = state
      if (!wanted() || !inCall) {
        // The key is another program's again as soon as nobody talks.
        if (before === 'on') keys.unregister(globalMuteKey)
        state = wanted() ? 'waiting' : 'off'
      } else if (before !== 'on' && before !== 'taken') {
        state = keys.register(globalMuteKey, pressed) ? 'on' : 'taken'
      }
      if (state !== before) listeners.tell()
    },
    view: () => state,
    onChange: listeners.onChange,
  }
}
