// Keeps the computer awake in a call, and the screen as well when there is something to see.
import type { PowerSaveBlocker } from 'electron'
import type { CallView } from '../../contract/call-view.ts'

type Blocking = 'prevent-app-suspension' | 'prevent-display-sleep'

export interface Power {
  update(call: CallView): void
}

export function createPower(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): Power {
  let held: { readonly blocking: Blocking; readonly id: number } | null = null
  return {
    update(call) {
      const blocking = blockingFor(call)
      if (blocking === (held?.blocking ?? null)) return
      const before = held
      held = blocking && { blocking, id: blocker.start(blocking) }
      if (before) blocker.stop(before.id)
    },
  }
}

function blockingFor(call: CallView): Blocking | null {
  if (call.phase === 'idle' || call.phase === 'ended') return null
  const { video, sharing } = call.media
  return video || sharing.own === 'on' || sharing.peer ? 'prevent-display-sleep' : 'prevent-app-suspension'
}
