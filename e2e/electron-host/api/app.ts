// Owns `app`: start, quit order, single instance, names. Windows are known only as things that can be asked to close.
import { EventEmitter } from 'node:events'
import type { App, LoginItemSettings, Menu, Settings } from 'electron'
import { runningChromium } from '../browser.ts'
import { hostEvent } from '../host-event.ts'
import { offeredClass, refusal, type Part } from '../refusal.ts'
import { getPath, setPath } from './app-paths.ts'
import { commandLine } from './command-line.ts'
import { openWindows, whenAllClosed } from './open-windows.ts'
import { takeInstanceLock, type InstanceLock } from './single-instance.ts'

let isReady = false
let isQuitting = false
let name = 'Electron'
let version = ''
let appPath = process.cwd()
let lock: InstanceLock | null = null
let loginItem: Settings = {}
let resolveReady: () => void
const whenReady = new Promise<void>((resolve) => (resolveReady = resolve))
const protocols = new Set<string>()

class HostApp extends EventEmitter implements Part<App> {
  readonly commandLine = commandLine
  readonly isPackaged = false
  applicationMenu: Menu | null = null
  badgeCount = 0

  whenReady(): Promise<void> {
    return whenReady
  }
  isReady(): boolean {
    return isReady
  }
  quit(): void {
    void quit()
  }
  exit(exitCode = 0): void {
    isQuitting = true
    void end(exitCode)
  }
  relaunch(): never {
    throw refusal('app.relaunch')
  }
  focus(): void {
    // Which application is in front is the desktop's to say; the stand-in has only windows.
  }

  requestSingleInstanceLock(additionalData: Record<string, unknown> = {}): boolean {
    if (lock) return true
    const message = { argv: process.argv, workingDirectory: process.cwd(), additionalData }
    lock = takeInstanceLock(this.getPath('userData'), message, (second) => {
      const { argv, workingDirectory } = second
      void whenReady.then(() =>
        this.emit('second-instance', hostEvent(), argv, workingDirectory, second.additionalData),
      )
    })
    return lock !== null
  }
  hasSingleInstanceLock(): boolean {
    return lock !== null
  }
  releaseSingleInstanceLock(): void {
    lock?.release()
    lock = null
  }

  getName(): string {
    return name
  }
  setName(newName: string): void {
    name = newName
  }
  get name(): string {
    return name
  }
  set name(newName: string) {
    name = newName
  }
  getVersion(): string {
    return version
  }
  getAppPath(): string {
    return appPath
  }
  getPath(pathName: Parameters<App['getPath']>[0]): string {
    return getPath(pathName, name)
  }
  setPath(pathName: string, to: string): void {
    setPath(pathName, to)
  }
  getLocale(): string {
    return 'en-US'
  }
  getSystemLocale(): string {
    return 'en-US'
  }
  getPreferredSystemLanguages(): string[] {
    return ['en-US']
  }

  // SECURITY: the page runs in a stock Chromium, in whose sandbox no API of the app exists; what is checked here is only
  // that the app asks for Electron's sandbox in time.
  enableSandbox(): void {
    if (isReady) throw new Error('app.enableSandbox() can only be called before app is ready')
  }
  disableHardwareAcceleration(): void {
    if (isReady) throw new Error('app.disableHardwareAcceleration() can only be called before app is ready')
    commandLine.appendSwitch('disable-gpu')
  }

  // Remembered, not done: there is no desktop to do it on.
  setAppUserModelId(): void {}
  setAsDefaultProtocolClient(protocol: string): boolean {
    protocols.add(protocol)
    return true
  }
  removeAsDefaultProtocolClient(protocol: string): boolean {
    return protocols.delete(protocol)
  }
  isDefaultProtocolClient(protocol: string): boolean {
    return protocols.has(protocol)
  }
  setLoginItemSettings(settings: Settings): void {
    loginItem = settings
  }
  getLoginItemSettings(): LoginItemSettings {
    const openAtLogin = loginItem.openAtLogin ?? false
    return {
      openAtLogin,
      wasOpenedAtLogin: false,
      status: 'not-registered',
      executableWillLaunchAtLogin: openAtLogin,
      launchItems: [],
    }
  }
  setBadgeCount(count = 0): boolean {
    this.badgeCount = count
    return true
  }
  getBadgeCount(): number {
    return this.badgeCount
  }
}

const HostedApp = offeredClass<new () => App>('App')(HostApp)
export const app = new HostedApp()

/** Names the app, before its main module runs. */
export function describeApp(described: { name: string; version: string; appPath: string }): void {
  ;({ name, version, appPath } = described)
}

export const appIsReady = (): boolean => isReady
export const appIsQuitting = (): boolean => isQuitting

export function appBecameReady(): void {
  isReady = true
  app.emit('will-finish-launching')
  resolveReady()
  app.emit('ready', hostEvent(), {})
}

whenAllClosed(() => {
  if (isQuitting) return
  if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed')
  else void quit()
})

/** before-quit, then every window's close, then will-quit, then quit: each of the first three can stop it. */
async function quit(): Promise<void> {
  if (isQuitting) return
  const before = hostEvent()
  app.emit('before-quit', before)
  if (before.defaultPrevented) return
  isQuitting = true
  const closed = await Promise.all(openWindows().map((window) => window.closeForQuit()))
  if (closed.includes(false)) {
    isQuitting = false
    return
  }
  const will = hostEvent()
  app.emit('will-quit', will)
  if (will.defaultPrevented) {
    isQuitting = false
    return
  }
  await end(0)
}

async function end(exitCode: number): Promise<void> {
  app.emit('quit', hostEvent(), exitCode)
  await runningChromium()?.quit()
  lock?.release()
  process.exit(exitCode)
}
