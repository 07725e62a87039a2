// "Ring for a moment": the page rings as it would for a call while this says so. The timer is here, where a hidden window
// does not slow it down.
import { ringLimits, type Ringtone } from '../contract/ringing.ts'
import type { Clock } from './clock.ts'
import { createListeners } from './listeners.ts'

export interface Rehearsal {
  /** Begins, or begins anew. Nothing happens while there is a call: that one has the ring. */
  start(tone: Ringtone): void
  stop(): void
  /** What rings just now; null is nothing. */
  tone(): Ringtone | null
  onChange(listener: () => void): () => void
}

export function createRehearsal(parts: { readonly clock: Clock; readonly inCall: () => boolean }): Rehearsal {
  const listeners = createListeners()
  let ringing: Ringtone | null = null
  let callOff = (): void => undefined
  const ring = (tone: Ringtone | null) => {
    callOff()
    callOff = tone === null ? () => undefined : parts.clock.after(ringLimits.rehearsalMs, () => ring(null))
    if (tone === ringing) return
    ringing = tone
    listeners.tell()
  }
  return {
    start(tone) {
      if (!parts.inCall()) ring(tone)
    },
    stop: () => ring(null),
    tone: () => ringing,
    onChange: listeners.onChange,
  }
}
