// Owns the one session: permission handlers, spell checker switch, storage, downloads. Other partitions are refused.
import { EventEmitter } from 'node:events'
import type { ClearStorageDataOptions, Protocol, Session as ElectronSession } from 'electron'
import { browser, chromium } from '../browser.ts'
import { toChromium } from '../origins.ts'
import { offeredClass, refusal, type Part } from '../refusal.ts'
import type { PermissionHandlers } from './permissions.ts'
import { knownOrigins, protocol } from './protocol.ts'

/** The app's handlers, for permissions.ts to ask. */
export const permissionHandlers: PermissionHandlers = { request: null, check: null, displayMedia: null }

class HostSession extends EventEmitter implements Part<ElectronSession> {
  spellCheckerEnabled = true

  static get defaultSession(): ElectronSession {
    return defaultSession
  }
  static fromPartition(partition: string): ElectronSession {
    if (partition !== '') throw refusal(`session.fromPartition('${partition}')`)
    return defaultSession
  }

  get protocol(): Protocol {
    return protocol
  }
  setPermissionRequestHandler(handler: PermissionHandlers['request']): void {
    permissionHandlers.request = handler
  }
  setPermissionCheckHandler(handler: PermissionHandlers['check']): void {
    permissionHandlers.check = handler
  }
  setDisplayMediaRequestHandler(handler: PermissionHandlers['displayMedia']): void {
    permissionHandlers.displayMedia = handler
  }
  // No device can be chosen here (select-hid-device never comes), so there is never one to be asked about.
  setDevicePermissionHandler(): void {}
  setSpellCheckerEnabled(enable: boolean): void {
    this.spellCheckerEnabled = enable
  }
  isSpellCheckerEnabled(): boolean {
    return this.spellCheckerEnabled
  }
  async clearStorageData({ origin, storages }: ClearStorageDataOptions = {}): Promise<void> {
    const storageTypes = storages?.join(',') ?? 'all'
    for (const each of origin === undefined ? knownOrigins() : [toChromium(origin)]) {
      await browser().send('Storage.clearDataForOrigin', { origin: each, storageTypes })
    }
  }
  flushStorageData(): void {}
  getUserAgent(): string {
    return chromium().userAgent
  }
  isPersistent(): boolean {
    return true
  }
}

export const session = offeredClass<typeof Electron.Session>('Session')(HostSession)
export const defaultSession: ElectronSession = new HostSession() as unknown as ElectronSession
