// Whether the screen is locked, so that whoever looks at it need not be the person whose phone this is. macOS and Windows tell;
// Linux has to be asked, which is done at every look, and again and again while somebody waits for the answer.
import type { PowerMonitor } from 'electron'
import type { Clock } from '../clock.ts'
import { createListeners } from '../listeners.ts'

export interface ScreenLock {
  isLocked(): boolean
  /** Somebody may want to know now what nobody wanted before. */
  look(): void
  /** It was locked or unlocked, as far as it was looked for. */
  onChange(listener: () => void): () => void
}

export type LockTold = 'locked' | 'unlocked' | null
type IdleState = ReturnType<PowerMonitor['getSystemIdleState']>

/** SECURITY: one of the two is enough: a name too few is no harm. `told`: the last event, null where none ever came. */
export function isScreenLocked(told: LockTold, idle: IdleState): boolean {
  return told === 'locked' || idle === 'locked'
}

/** From when on Electron calls a person idle, in seconds. Of no meaning here: a lock is a lock at once. */
const idleAfterS = 60
const lookEveryMs = 1_000

export function createScreenLock(parts: {
  readonly monitor: Pick<PowerMonitor, 'getSystemIdleState'> & {
    on(event: 'lock-screen' | 'unlock-screen', listener: () => void): unknown
  }
  readonly clock: Clock
  /** Something is shown for which it matters. */
  readonly matters: () => boolean
}): ScreenLock {
  const { monitor, clock, matters } = parts
  const listeners = createListeners()
  let told: LockTold = null
  let before = false
  let waiting = false

  const isLocked = () => isScreenLocked(told, monitor.getSystemIdleState(idleAfterS))

  function look(): void {
    if (!matters()) return
    const now = isLocked()
    const changed = now !== before
    before = now
    if (changed) listeners.tell()
    if (waiting) return
    waiting = true
    clock.after(lookEveryMs, () => {
      waiting = false
      look()
    })
  }

  monitor.on('lock-screen', () => {
    told = 'locked'
    look()
  })
  monitor.on('unlock-screen', () => {
    told = 'unlocked'
    look()
  })
  return { isLocked, look, onChange: listeners.onChange }
}
