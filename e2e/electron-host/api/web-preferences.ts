// Owns which webPreferences the host can honour: Electron's defaults, and a few that have an effect here. Anything else
// would silently behave otherwise than in Electron and is refused.
import type { WebPreferences } from 'electron'
import { refusal } from '../refusal.ts'

const DEFAULTS = {
  allowRunningInsecureContent: false,
  autoplayPolicy: 'no-user-gesture-required',
  backgroundThrottling: true,
  contextIsolation: true,
  devTools: true,
  disableDialogs: false,
  experimentalFeatures: false,
  images: true,
  javascript: true,
  navigateOnDragDrop: false,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  offscreen: false,
  plugins: false,
  safeDialogs: false,
  sandbox: true,
  spellcheck: true,
  transparent: false,
  webSecurity: true,
  webgl: true,
  webviewTag: false,
} as const satisfies WebPreferences

// devTools is honoured because no one can open them here anyway; spellcheck because nothing is ever spell-checked.
const HONOURED = new Set([
  'preload',
  'additionalArguments',
  'backgroundThrottling',
  'devTools',
  'disableDialogs',
  'spellcheck',
])

export type CompletePreferences = WebPreferences & Record<keyof typeof DEFAULTS, unknown>

/** The preferences as given, completed by Electron's defaults: what getLastWebPreferences answers. */
export function completePreferences(given: WebPreferences = {}): CompletePreferences {
  for (const [name, value] of Object.entries(given)) {
    const isDefault = name in DEFAULTS && DEFAULTS[name as keyof typeof DEFAULTS] === value
    if (value !== undefined && !isDefault && !HONOURED.has(name)) {
      throw refusal(`webPreferences.${name}: ${String(value)}`)
    }
  }
  return { ...DEFAULTS, ...given }
}
