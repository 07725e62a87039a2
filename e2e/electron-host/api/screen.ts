// Owns screen: one display, as large as the X server says or as the headless Chromium was started with.
import { execFileSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { Display, Point, Screen, Size } from 'electron'
import { headless, headlessScreen } from '../chromium.ts'
import { offeredClass, type Part } from '../refusal.ts'

function measure(): Size {
  if (headless) return headlessScreen
  const report = execFileSync('xdpyinfo', { encoding: 'utf8' })
  const found = /dimensions:\s+(\d+)x(\d+)/.exec(report)
  if (!found) throw new Error('electron host: xdpyinfo does not tell the size of the screen')
  return { width: Number(found[1]), height: Number(found[2]) }
}

function display(): Display {
  const size = measure()
  const bounds = { x: 0, y: 0, ...size }
  return {
    id: 1,
    label: 'stand-in',
    bounds,
    workArea: bounds,
    size,
    workAreaSize: size,
    nativeOrigin: { x: 0, y: 0 },
    scaleFactor: 1,
    rotation: 0,
    internal: false,
    detected: true,
    monochrome: false,
    colorDepth: 24,
    colorSpace: 'srgb',
    depthPerComponent: 8,
    displayFrequency: 60,
    maximumCursorSize: { width: 0, height: 0 },
    touchSupport: 'unavailable',
    accelerometerSupport: 'unavailable',
  }
}

class HostScreen extends EventEmitter implements Part<Screen> {
  getPrimaryDisplay(): Display {
    return display()
  }
  getAllDisplays(): Display[] {
    return [display()]
  }
  getDisplayMatching(): Display {
    return display()
  }
  getDisplayNearestPoint(): Display {
    return display()
  }
  getCursorScreenPoint(): Point {
    return { x: 0, y: 0 }
  }
}

const HostedScreen = offeredClass<new () => Screen>('Screen')(HostScreen)
export const screen = new HostedScreen()
