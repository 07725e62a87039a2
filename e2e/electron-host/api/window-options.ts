// Owns which BrowserWindow options the host can honour. Those of mere looks are accepted, since there is no picture of a
// frame here; any other would silently behave otherwise than in Electron and is refused.
import type { BrowserWindowConstructorOptions } from 'electron'
import { refusal } from '../refusal.ts'

type OptionName = keyof BrowserWindowConstructorOptions

const DONE: OptionName[] = ['width', 'height', 'x', 'y', 'show', 'title', 'backgroundColor', 'webPreferences']
const REMEMBERED: OptionName[] = [
  'alwaysOnTop',
  'autoHideMenuBar',
  'focusable',
  'maximizable',
  'minimizable',
  'minHeight',
  'minWidth',
  'resizable',
  'skipTaskbar',
]
const LOOKS: OptionName[] = [
  'acceptFirstMouse',
  'accentColor',
  'backgroundMaterial',
  'center',
  'closable',
  'darkTheme',
  'frame',
  'fullscreenable',
  'hasShadow',
  'icon',
  'maxHeight',
  'maxWidth',
  'movable',
  'roundedCorners',
  'titleBarOverlay',
  'titleBarStyle',
  'trafficLightPosition',
  'type',
  'useContentSize',
  'vibrancy',
  'visualEffectState',
]
const accepted = new Set<string>([...DONE, ...REMEMBERED, ...LOOKS])

export function refuseUnknownOptions(options: BrowserWindowConstructorOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined && !accepted.has(name)) throw refusal(`the BrowserWindow option ${name}`)
  }
}
