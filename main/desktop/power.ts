// Keeps the computer awake in a call, and the screen as well while there is something to see on it.
import type { PowerSaveBlocker } from 'electron'
import type { CallView } from '../../contract/call-view.ts'

type Blocking = 'prevent-app-suspension' | 'prevent-display-sleep'

export interface Power {
  update(call: CallView): void
  /** Whether the window that shows pictures can be seen, as far as this app knows. */
  sight(inSight: boolean): void
}

export function createPower(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): Power {
  let held: { readonly blocking: Blocking; readonly id: number } | null = null
  let call: CallView = { phase: 'idle' }
  let inSight = false

  function apply(): void {
    const blocking = blockingFor(call, inSight)
    if (blocking === (held?.blocking ?? null)) return
    const before = held
    // The new one first: in between nothing may fall asleep.
    held = blocking && { blocking, id: blocker.start(blocking) }
    if (before) blocker.stop(before.id)
  }

  return {
    update(next) {
      call = next
      apply()
    },
    sight(next) {
      inSight = next
      apply()
    },
  }
}

/** A screen that sleeps does not end a voice; somebody in front of their camera, or who watches, moves no mouse. */
export function blockingFor(call: CallView, inSight: boolean): Blocking | null {
  if (call.phase === 'idle' || call.phase === 'ended') return null
  const { cameraOn, peerCameraOn, sharing } = call.media
  const talks = call.phase === 'talking' || call.phase === 'reconnecting'
  const watches = inSight && (cameraOn || peerCameraOn || sharing.peer)
  // Whoever shares a screen shows it to somebody, in whatever window they are.
  return talks && (watches || sharing.own === 'on') ? 'prevent-display-sleep' : 'prevent-app-suspension'
}
