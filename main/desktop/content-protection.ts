// Keeps the app's windows out of screenshots and recordings where the system can do that and a person wishes it (E23).
import type { AppView } from '../../contract/ipc.ts'

/** What a system can do. `bestEffort`: some programs record the window all the same. Null: nothing. */
export interface ProtectionOffer {
  readonly byDefault: boolean
  readonly bestEffort: boolean
}

/** Windows 11, by its build. */
const firstBuildOfWindows11 = 22_000

/** `release`: as os.release() has it, on Windows `10.0.22631`. */
export function protectionOffer(platform: NodeJS.Platform, release: string): ProtectionOffer | null {
  switch (platform) {
    case 'win32':
      return { byDefault: Number(release.split('.')[2] ?? 0) >= firstBuildOfWindows11, bestEffort: false }
    case 'darwin':
      // What records by ScreenCaptureKit gets the window in spite of it (Electron, BrowserWindow.setContentProtection).
      return { byDefault: false, bestEffort: true }
    default:
      return null
  }
}

interface ProtectedWindow {
  setContentProtection(enable: boolean): void
}

export interface ContentProtection {
  view(): AppView['contentProtection']
  /** The wish may be another now. */
  look(): void
}

export function createContentProtection(parts: {
  readonly offer: ProtectionOffer | null
  /** Null: as the system has it by default. */
  readonly wish: () => boolean | null
  readonly windows: () => readonly ProtectedWindow[]
  /** SECURITY: every window there will ever be, whoever opens it. */
  readonly onWindow: (listener: (window: ProtectedWindow) => void) => void
  /** The view is another now. */
  readonly onChange: () => void
}): ContentProtection {
  const { offer, wish } = parts
  const isOn = () => offer !== null && (wish() ?? offer.byDefault)
  let applied = isOn()
  if (offer) parts.onWindow((window) => applied && window.setContentProtection(true))
  return {
    view: () => offer && { on: isOn(), bestEffort: offer.bestEffort },
    look() {
      if (isOn() === applied) return
      applied = isOn()
      for (const window of parts.windows()) window.setContentProtection(applied)
      parts.onChange()
    },
  }
}
