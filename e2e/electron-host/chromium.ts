// Owns the Chromium process: which executable, which switches, which profile, and its clean end.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { connectCdp, type Cdp } from './cdp.ts'

export interface Chromium {
  readonly cdp: Cdp
  readonly version: string
  readonly userAgent: string
  /** Where Playwright connects; null when no debugging port was asked for. */
  readonly devtoolsUrl: string | null
  /** Ends Chromium so that localStorage and IndexedDB reach the disk; resolves when it is gone. */
  quit(): Promise<void>
  kill(): void
}

export interface ChromiumOptions {
  /** Switches of the app and its command line; they win over the host's own. */
  switches: ReadonlyMap<string, string>
  profile: string
  hostResolverRules: string
  remoteDebuggingPort: string | undefined
}

export const headless = process.env['ELECTRON_HOST_HEADLESS']
  ? process.env['ELECTRON_HOST_HEADLESS'] !== '0'
  : !process.env['DISPLAY']

/** What a headless screen measures; a headed one is asked (api/screen.ts). */
export const headlessScreen = { width: 1280, height: 800 }

// Switches of Electron or of this host that mean something else, or harm, in Chromium.
const NOT_CHROMIUMS = new Set([
  'inspect',
  'inspect-brk',
  'user-data-dir',
  'remote-debugging-port',
  'headless',
  'app',
  'type',
  // Playwright gives it to every app; the host's own is one (address-policy.ts).
  'disable-extensions',
])
const QUIT_TIMEOUT_MS = 3000

function switchesOf(options: ChromiumOptions): string[] {
  const all = new Map<string, string>([
    ['no-sandbox', ''],
    ['no-first-run', ''],
    ['no-default-browser-check', ''],
    ['no-startup-window', ''],
    ['disable-background-networking', ''],
    ['disable-component-update', ''],
    ['disable-sync', ''],
    ['disable-back-forward-cache', ''],
    ['allow-file-access-from-files', ''],
    // Electron's default; Chromium's own would keep a ringtone silent until the first click.
    ['autoplay-policy', 'no-user-gesture-required'],
    ['remote-debugging-pipe', ''],
    ['user-data-dir', options.profile],
  ])
  if (headless) {
    all.set('headless', 'new').set('screen-info', `{${headlessScreen.width}x${headlessScreen.height}}`)
    // Without a screen nobody answers Chromium's pickers and getDisplayMedia hangs. It also grants every getUserMedia, so
    // that here the host's own question to the app is the whole enforcement (page/main-world.ts).
    all.set('use-fake-ui-for-media-stream', '')
  } else {
    all.set('auto-select-desktop-capture-source', 'Entire screen')
  }
  if (options.hostResolverRules) all.set('host-resolver-rules', options.hostResolverRules)
  if (options.remoteDebuggingPort !== undefined) all.set('remote-debugging-port', options.remoteDebuggingPort)
  for (const [name, value] of options.switches) if (!NOT_CHROMIUMS.has(name)) all.set(name, value)
  return [...all].map(([name, value]) => (value ? `--${name}=${value}` : `--${name}`))
}

export async function startChromium(options: ChromiumOptions): Promise<Chromium> {
  mkdirSync(options.profile, { recursive: true })
  const executable = process.env['ELECTRON_HOST_CHROMIUM'] ?? 'chromium'
  const child = spawn(executable, switchesOf(options), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  const listening = devtoolsUrl(child)
  listening.catch(() => {}) // asked for below only when there is a port
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject))
  const cdp = connectCdp(child)
  const version = await Promise.race([cdp.browser.send('Browser.getVersion'), failed])
  const kill = (): void => void child.kill('SIGKILL')
  return {
    cdp,
    version: /\/([\d.]+)/.exec(version.product)?.[1] ?? version.product,
    userAgent: version.userAgent,
    devtoolsUrl: options.remoteDebuggingPort === undefined ? null : await listening,
    kill,
    async quit() {
      if (cdp.closed) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      cdp.browser.send('Browser.close').catch(() => {}) // the pipe may close before the answer
      const tooLong = setTimeout(kill, QUIT_TIMEOUT_MS)
      await gone
      clearTimeout(tooLong)
    },
  }
}

function devtoolsUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      if (process.env['ELECTRON_HOST_VERBOSE']) process.stderr.write(chunk)
      text = (text + chunk).slice(-4000)
      const found = /DevTools listening on (ws:\S+)/.exec(text)
      if (found) resolve(found[1]!)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`chromium ended (${code}) before it listened\n${text}`)))
  })
}
