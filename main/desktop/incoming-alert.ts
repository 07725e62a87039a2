// The small window that rings: open while a call comes in and no longer. Decides when; windows.ts knows how.
import type { CallView } from '../../contract/call-view.ts'
import type { CallId } from '../../contract/ids.ts'
import type { Clock } from '../clock.ts'

/** SECURITY: a key pressed for another program must not answer a call whose window has just appeared (E31). */
const inputGuardMs = 500
/** First it is heard: to make a window takes the computer some 100 ms, and the ring would wait for that. */
const heardFirstMs = 100

export interface IncomingAlert {
  update(call: CallView): void
  /** Whether the window has been in sight long enough for a press in it to be meant. */
  acceptsInput(): boolean
}

export function createIncomingAlert(options: {
  /** Shows the window without taking the focus; `onShown` is called once it is in sight. */
  open: (onShown: () => void) => void
  close: () => void
  after: Clock['after']
  /** Never goes back. */
  nowMs: () => number
}): IncomingAlert {
  let ringing: CallId | null = null
  /** Counts windows: one that comes into sight late speaks for itself only. */
  let opened = 0
  let shownAtMs = Number.POSITIVE_INFINITY

  let callOff = () => {}

  const begin = () => {
    const mine = ++opened
    shownAtMs = Number.POSITIVE_INFINITY
    callOff = options.after(heardFirstMs, () =>
      options.open(() => {
        if (ringing !== null && mine === opened) shownAtMs = options.nowMs()
      }),
    )
  }
  const end = () => {
    callOff()
    options.close()
  }

  return {
    update(call) {
      // A call that is silent from the start comes to the front nowhere; one that a person silenced stays in sight.
      const inSight = call.phase === 'incoming' && (ringing !== null || !call.silenced)
      const callId = inSight ? call.callId : null
      if (callId === ringing) return
      const before = ringing
      ringing = callId
      if (callId === null) end()
      else if (before === null) begin()
      // SECURITY: whoever rings can call anew as often as the server lets. That must not make windows by the dozen;
      // what is now in sight is another call all the same.
      else if (shownAtMs < options.nowMs()) shownAtMs = options.nowMs()
    },
    acceptsInput: () => ringing !== null && options.nowMs() - shownAtMs >= inputGuardMs,
  }
}
