// Why it does not ring just now: do not disturb, or quiet hours. Reads wish and clock at every look; the timer only tells
// those who show it.
import type { Hush } from '../../contract/ringing.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Clock } from '../clock.ts'
import { createListeners } from '../listeners.ts'
import { isQuiet, wallTimeOf } from './quiet-hours.ts'

export interface HushWatch {
  now(): Hush | null
  /** Quiet hours have begun or ended. A change of the wish is the settings' to tell. */
  onChange(listener: () => void): () => void
}

/** Short enough that nobody sees a wrong sign for long, whatever the clock was put to meanwhile. */
const lookEveryMs = 10_000

export function createHush(parts: {
  readonly wish: () => Pick<Settings, 'availability' | 'quietHours'>
  readonly clock: Clock
}): HushWatch {
  const { wish, clock } = parts
  const listeners = createListeners()
  const now = (): Hush | null => {
    const { availability, quietHours } = wish()
    if (availability === 'do-not-disturb') return 'do-not-disturb'
    return isQuiet(quietHours, wallTimeOf(clock.now())) ? 'quiet-hours' : null
  }
  let told = now()
  const look = () => {
    const before = told
    told = now()
    if (told !== before) listeners.tell()
    clock.after(lookEveryMs, look)
  }
  clock.after(lookEveryMs, look)
  return { now, onChange: listeners.onChange }
}
