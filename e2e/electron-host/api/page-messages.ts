// Owns what arrives from the preload's world: IPC, permission questions, new windows, keys. It answers in the world that
// asked, so that a page that has gone elsewhere gets nothing that was not meant for it.
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron'
import type { CdpSession } from '../cdp.ts'
import type { ChromiumPage } from '../chromium-page.ts'
import { hostEvent } from '../host-event.ts'
import type { FromPage, KeyReport, ToPage } from '../page/preload-world.ts'
import { codec, deliver, invoke } from './ipc-main.ts'
import { applyChecks, askPermission } from './permissions.ts'
import { permissionHandlers } from './session.ts'

interface WindowWish {
  url: string
  frameName: string
  features: string
}

export interface PageMessageTakers {
  preload: string
  onKey(key: KeyReport): void
  onOpenWindow(wish: WindowWish): void
}

export function receivePageMessages(
  session: CdpSession,
  contents: WebContents,
  page: ChromiumPage,
  takers: PageMessageTakers,
): void {
  session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name !== '__electronHostSend') return
    const answer = (message: ToPage): void => page.toPreload(message, executionContextId)
    take(JSON.parse(payload) as FromPage, answer).catch((error: unknown) => {
      console.error('electron host: message from the page:', error)
    })
  })

  function ipcEvent(): IpcMainEvent & IpcMainInvokeEvent {
    const senderFrame = contents.mainFrame
    return hostEvent({
      type: 'frame' as const,
      sender: contents,
      senderFrame,
      frameId: senderFrame.routingId,
      processId: senderFrame.processId,
      ports: [],
      reply: (channel: string, ...args: unknown[]) => contents.send(channel, ...args),
      returnValue: undefined,
    })
  }

  async function take(message: FromPage, answer: (message: ToPage) => void): Promise<void> {
    switch (message.type) {
      case 'invoke': {
        const { id } = message
        const outcome = await invoke(ipcEvent(), message.channel, message.args)
        if (outcome.ok) answer({ type: 'answer', id, value: outcome.value })
        else answer({ type: 'failure', id, error: outcome.error })
        return
      }
      case 'permission': {
        const [details] = codec.decode(message.args) as [object]
        const granted = await askPermission(contents, permissionHandlers, message.channel, details)
        answer({ type: 'answer', id: message.id, value: codec.encode(granted) })
        return
      }
      case 'checks': {
        const allowed = await applyChecks(contents, contents.getURL(), permissionHandlers.check)
        answer({ type: 'answer', id: message.id, value: codec.encode(allowed) })
        return
      }
      case 'send': {
        const args = codec.decode(message.args) as unknown[]
        const event = ipcEvent()
        contents.emit('ipc-message', event, message.channel, ...args)
        deliver(event, message.channel, args)
        return
      }
      case 'open-window':
        takers.onOpenWindow((codec.decode(message.args) as [WindowWish])[0])
        return
      case 'key':
        takers.onKey(message.key)
        return
      case 'preload-error': {
        const [{ message: text, stack }] = codec.decode(message.args) as [{ message: string; stack?: string }]
        contents.emit('preload-error', hostEvent(), takers.preload, Object.assign(new Error(text), { stack }))
      }
    }
  }
}
