// The call as its screen draws it. Decides only when; what a key or a command is about is what main says now.
import { shallowReadonly, shallowRef, watch, type Ref } from 'vue'
import type { CallView } from '../../contract/call-view.ts'

/**
 * How long a new phase waits until it is drawn, in milliseconds: to draw a screen keeps a computer busy that has better
 * things to do just then. A later phase takes the place of one that waits.
 */
export const shownAfterMs: Partial<Record<CallView['phase'], number>> = {
  /** The ring begins with the same push, and it takes less. */
  incoming: 0,
  /** Most calls come about sooner, and their screen goes from ringing to talking: one in between would flicker. */
  connecting: 150,
  /** The first sound is on its way. */
  talking: 100,
}

export function createShownCall(view: Readonly<Ref<CallView>>): Readonly<Ref<CallView>> {
  const shown = shallowRef(view.value)
  /** The phase that is drawn next. */
  let waiting: CallView['phase'] | null = null
  let callOff: ReturnType<typeof setTimeout> | undefined

  function show(): void {
    clearTimeout(callOff)
    waiting = null
    shown.value = view.value
  }

  watch(
    view,
    ({ phase }) => {
      if (waiting === phase) return
      const before = shown.value.phase
      // A call that comes back has its screen already, and one that a page finds when it is loaded has none yet.
      const isAtOnce =
        before === phase || before === 'reconnecting' || (before === 'idle' && phase !== 'incoming')
      const afterMs = isAtOnce ? undefined : shownAfterMs[phase]
      if (afterMs === undefined) return show()
      clearTimeout(callOff)
      waiting = phase
      callOff = setTimeout(show, afterMs)
    },
    { flush: 'sync' },
  )
  return shallowReadonly(shown)
}
