// A person's command as the fact it is for the machine: a click, a tray item and a shortcut are all the same.
import { assertNever } from '../../contract/errors.ts'
import type { CallCommand } from '../../contract/ipc.ts'
import type { CallEvent } from './call-state.ts'

/** Dialling begins a call, and is the engine's. */
export function userEvent(order: Exclude<CallCommand, { type: 'dial' }>): CallEvent {
  const { callId } = order
  switch (order.type) {
    case 'answer':
      return { type: 'user/answered', callId, video: order.video }
    case 'decline':
      return { type: 'user/declined', callId, note: order.note }
    case 'silence':
      return { type: 'user/silenced', callId }
    case 'hang-up':
      return { type: 'user/hung-up', callId }
    case 'mute':
      return { type: 'user/muted', callId, micOn: !order.on }
    // Push-to-talk is the microphone's switch; who holds it, and for how long, is main/push-to-talk's.
    case 'talk':
      return { type: 'user/muted', callId, micOn: order.on }
    case 'camera':
      return { type: 'user/camera-switched', callId, cameraOn: order.on }
    case 'share':
      return { type: 'user/shared', callId, on: order.on }
    case 'sas':
      return { type: 'user/compared', callId, answer: order.answer }
    case 'dismiss':
      return { type: 'user/dismissed', callId }
    default:
      return assertNever(order)
  }
}
