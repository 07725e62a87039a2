// The call as main tells it, and the commands a person gives. Decides nothing about the call itself.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { ErrorCode } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import type { CallCommand } from '../../contract/ipc.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { createShownCall } from './shown-call.ts'
import { useViews } from './views.ts'

/** A command to the call that is on the screen. */
type ToThisCall = CallCommand extends infer C
  ? C extends { callId: unknown }
    ? Omit<C, 'callId'>
    : never
  : never

export const useCall = defineStore('call', () => {
  const views = useViews()
  const notices = useNotices()
  const view = computed(() => views.slices.call)
  /** What is drawn of it. */
  const shown = createShownCall(view)

  const dial = (address: Address, video: boolean) =>
    notices.orSay(shell['call.command']({ type: 'dial', address, video }))

  /** A person is about to call this one: typed it, or presses the button. */
  const warm = (address: Address) => void shell['call.warm']({ address })

  /** Null where main took it; else it has been said why not. */
  async function command(order: ToThisCall): Promise<ErrorCode | null> {
    if (view.value.phase === 'idle') return null
    const { callId } = view.value
    return notices.orSay(shell['call.command']({ ...order, callId } as CallCommand))
  }

  return { view, shown, dial, warm, command }
})
