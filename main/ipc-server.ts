// The Electron side of requests and pushes: finds out who a message comes from and hands it to the registry.
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import type { Push } from '../contract/ipc.ts'
import { channelPrefix, requestNames, type PushName } from '../contract/ipc-names.ts'
import { isAppUrl } from './app-protocol.ts'
import type { Registry, WindowRole } from './ipc-registry.ts'

export function serveRequests(
  registry: Registry,
  roleOf: (webContents: WebContents) => WindowRole | null,
): void {
  for (const name of requestNames) {
    ipcMain.handle(channelPrefix + name, (event, payload: unknown) =>
      registry.answer(name, senderRole(event, roleOf), payload),
    )
  }
  // electron-store answers its own channel, for renderers that use it. Ours does not, so nobody may ask.
  ipcMain.removeAllListeners('electron-store-get-data')
}

/** To nobody when there is no such page. */
export function push<N extends PushName>(page: WebContents | null, name: N, value: Push<N>): void {
  if (page && !page.isDestroyed()) page.send(channelPrefix + name, value)
}

/** SECURITY: a frame inside a page, a page of another origin and a frame that is already gone have no role (E15). */
function senderRole(
  { sender, senderFrame }: IpcMainInvokeEvent,
  roleOf: (webContents: WebContents) => WindowRole | null,
): WindowRole | null {
  if (!senderFrame || senderFrame !== sender.mainFrame || !isAppUrl(senderFrame.url)) return null
  return roleOf(sender)
}
