// Owns BaseWindow, a window without a page: it is remembered, and there is nothing of it to be seen.
import { EventEmitter } from 'node:events'
import type { BaseWindow as ElectronBaseWindow, BaseWindowConstructorOptions, Rectangle } from 'electron'
import { offeredClass, type Part } from '../refusal.ts'

/** Other than those of windows with a page, which are counted from one. */
const firstId = 1_000_000

class HostBaseWindow extends EventEmitter implements Part<ElectronBaseWindow> {
  static #made = 0
  readonly id = firstId + HostBaseWindow.#made++
  static #all = new Set<ElectronBaseWindow>()
  #place: Rectangle
  #isVisible: boolean
  #isDestroyed = false

  constructor({ x = 0, y = 0, width = 800, height = 600, show = true }: BaseWindowConstructorOptions = {}) {
    super()
    this.#place = { x, y, width, height }
    this.#isVisible = show
    HostBaseWindow.#all.add(this as unknown as ElectronBaseWindow)
  }

  static getAllWindows(): ElectronBaseWindow[] {
    return [...HostBaseWindow.#all]
  }

  getBounds(): Rectangle {
    return this.#place
  }
  isVisible(): boolean {
    return this.#isVisible
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
  showInactive(): void {
    this.#isVisible = true
  }
  setIgnoreMouseEvents(): void {}
  setAlwaysOnTop(): void {}
  setVisibleOnAllWorkspaces(): void {}
  destroy(): void {
    this.#isDestroyed = true
    this.#isVisible = false
    HostBaseWindow.#all.delete(this as unknown as ElectronBaseWindow)
    this.emit('closed')
  }
}

export const BaseWindow = offeredClass<typeof Electron.BaseWindow>('BaseWindow')(HostBaseWindow)
