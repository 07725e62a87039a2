// Owns the one running Chromium that all API modules talk to. Before the app is ready there is none.
import type { CdpSession } from './cdp.ts'
import type { Chromium } from './chromium.ts'

let running: Chromium | null = null

export function browserStarted(chromium: Chromium): void {
  running = chromium
}

export const runningChromium = (): Chromium | null => running

export function browser(): CdpSession {
  if (!running) throw new Error('electron host: Chromium is not running yet')
  return running.cdp.browser
}

export function chromium(): Chromium {
  if (!running) throw new Error('electron host: Chromium is not running yet')
  return running
}
