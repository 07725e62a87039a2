// Owns Tray: remembers what it was given (e2e/probe.cjs lets a test see it); nothing appears anywhere.
import { EventEmitter } from 'node:events'
import type { NativeImage, Rectangle, Tray as ElectronTray } from 'electron'
import { offeredClass, type Part } from '../refusal.ts'
import { nativeImage } from './native-image.ts'

class HostTray extends EventEmitter implements Part<ElectronTray> {
  #isDestroyed = false
  #title = ''

  constructor(image: NativeImage | string) {
    super()
    this.setImage(image)
  }
  setImage(image: NativeImage | string): void {
    if (typeof image === 'string' && nativeImage.createFromPath(image).isEmpty()) {
      throw new Error(`Failed to load image from path '${image}'`)
    }
  }
  setToolTip(): void {}
  setContextMenu(): void {}
  setTitle(title: string): void {
    this.#title = title
  }
  getTitle(): string {
    return this.#title
  }
  setIgnoreDoubleClickEvents(): void {}
  getBounds(): Rectangle {
    return { x: 0, y: 0, width: 24, height: 24 }
  }
  destroy(): void {
    this.#isDestroyed = true
    this.removeAllListeners()
  }
  isDestroyed(): boolean {
    return this.#isDestroyed
  }
}

export const Tray = offeredClass<typeof ElectronTray>('Tray')(HostTray)
