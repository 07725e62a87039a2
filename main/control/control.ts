// Everything by which the app is held from outside its window: push-to-talk, the one key of the desktop, the command line.
// Puts them together; each knows the others only as what it is handed.
import { PhoneError } from '../../contract/errors.ts'
import type { CallCommand, ControlView, ReadForm, Slice } from '../../contract/ipc.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Clock } from '../clock.ts'
import { createGlobalMute, globalMuteKey } from '../desktop/global-mute.ts'
import { createPushToTalk, isSpoken } from '../push-to-talk.ts'
import type { ViewBoard } from '../views.ts'
import { createControlOrders } from './control-orders.ts'
import { openControlSocket, type ControlSocket } from './control-socket.ts'

export interface Control {
  /** Where every order for the call goes, whoever gives it. Rejects with PhoneError. */
  command(order: CallCommand): Promise<void>
  view(): Omit<ControlView, 'startAtLoginFailed'>
  /** The call, or what this person wants, may be another now. */
  look(): void
  /** Whoever held a key in the page holds it no more. */
  pageGone(): void
  /** Opens the door for the command line; once more where its file was erased. Never rejects. */
  open(): Promise<void>
  close(): Promise<void>
}

export function createControl(parts: {
  readonly folder: string
  readonly clock: Clock
  /** Never goes back. */
  readonly steadyMs: () => number
  readonly views: () => ViewBoard
  readonly settings: () => Pick<Settings, 'pushToTalk' | 'globalMute'>
  readonly shortcuts: Parameters<typeof createGlobalMute>[0]['keys']
  /** To the engine. Throws or rejects with PhoneError. */
  readonly carryOut: (order: CallCommand) => Promise<void>
  readonly readForm: (text: string) => ReadForm
  readonly showForm: (form: ReadForm) => void
  readonly showWindow: () => void
  readonly onChange: () => void
  readonly count: (code: string) => void
  readonly onBug: (error: unknown) => void
}): Control {
  const { clock, steadyMs, settings, onBug } = parts
  const read = <S extends Slice>(slice: S) => parts.views().read(slice)
  const call = () => read('call')
  /** Nobody waits for these; the next view shows what came of them, and a call that is over needs none. */
  const unwatched = (order: CallCommand) =>
    void parts.carryOut(order).catch((error: unknown) => {
      if (!(error instanceof PhoneError)) onBug(error)
    })

  const pushToTalk = createPushToTalk({
    clock,
    call,
    mute: (callId, on) => unwatched({ type: 'mute', callId, on }),
    wanted: () => settings().pushToTalk,
  })
  const globalMute = createGlobalMute({
    keys: parts.shortcuts,
    wanted: () => settings().globalMute,
    call,
    command: unwatched,
    nowMs: steadyMs,
  })
  async function command(order: CallCommand): Promise<void> {
    if (order.type === 'talk') pushToTalk.talk(order)
    else await parts.carryOut(order)
  }
  const orders = createControlOrders({
    read,
    command,
    readForm: parts.readForm,
    showForm: parts.showForm,
    showWindow: parts.showWindow,
    nowMs: steadyMs,
  })
  pushToTalk.onChange(parts.onChange)
  globalMute.onChange(parts.onChange)

  let socket: ControlSocket | null = null
  async function close(): Promise<void> {
    const open = socket
    socket = null
    await open?.close().catch(onBug)
  }

  return {
    command,
    view: () => ({
      talk: pushToTalk.view(),
      globalMute: globalMute.view(),
      globalMuteKey,
    }),
    look() {
      pushToTalk.look()
      globalMute.look()
      orders.look()
    },
    pageGone() {
      const now = call()
      if (pushToTalk.view() !== 'held' || !isSpoken(now)) return
      pushToTalk.talk({ type: 'talk', callId: now.callId, on: false })
    },
    async open() {
      await close()
      socket = await openControlSocket({
        folder: parts.folder,
        platform: process.platform,
        carryOut: orders.carryOut,
        clock,
        count: (code) => parts.count(`control-${code}`),
        onBug,
      }).catch((error: unknown) => {
        // A file system without sockets takes nothing but the command line.
        onBug(error)
        return null
      })
    },
    close,
  }
}
