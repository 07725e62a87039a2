// Why Electron could not open a window for a person here, as one sentence. Pure: the facts are gathered elsewhere.

export type StartFacts = {
  platform: NodeJS.Platform
  isRoot: boolean
  /** DISPLAY or WAYLAND_DISPLAY names something. */
  hasDisplay: boolean
  /** A normal user may create namespaces, which is what Chromium's sandbox is made of on Linux. */
  userNamespaces: boolean
  /** The fallback: Electron's `chrome-sandbox` belongs to root with mode 4755. Undefined before Electron is fetched. */
  sandboxHelper: { path: string; isSetuidRoot: boolean } | undefined
  /** Shared libraries that the binary names and the system does not have. */
  missingLibraries: readonly string[]
}

/** Debian's names for what Electron links to; a desktop has them, a bare machine does not. */
export const electronDebianPackages = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libdrm2',
  'libxkbcommon0',
  'libxcomposite1',
  'libxdamage1',
  'libxfixes3',
  'libxrandr2',
  'libatk-bridge2.0-0',
  'libatspi2.0-0',
  'libcups2',
  'libnotify4',
  'xdg-utils',
]

/**
 * The first thing that stands in the way, or undefined. SECURITY: `--no-sandbox` is never offered as a way out (E7);
 * a person's calls do not run without the sandbox.
 */
export function startObstacle(facts: StartFacts): string | undefined {
  if (facts.platform !== 'linux') return undefined
  if (facts.isRoot) {
    return 'Earshot does not run as root, because Chromium has no sandbox there: run `npm start` as an ordinary user.'
  }
  if (!facts.hasDisplay) {
    return 'There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are empty): run `npm start` from a desktop; `npm run demo` shows a call without one.'
  }
  if (facts.missingLibraries.length > 0) {
    const names = facts.missingLibraries.join(', ')
    return `Electron needs libraries that this system does not have (${names}): on Debian, \`sudo apt-get install ${electronDebianPackages.join(' ')}\`.`
  }
  if (!facts.userNamespaces && facts.sandboxHelper && !facts.sandboxHelper.isSetuidRoot) {
    const { path } = facts.sandboxHelper
    return `This system does not let Electron build its sandbox: run \`sudo chown root '${path}' && sudo chmod 4755 '${path}'\` once.`
  }
  return undefined
}
