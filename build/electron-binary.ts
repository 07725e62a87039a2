// Finds the Electron binary that npm's `electron` package keeps beside itself, and fetches it by that package's own
// installer. It knows nothing of any other program that could run the app.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Path of the binary, or undefined while Electron has not been fetched (since 42 `npm ci` does not). */
export function electronBinary(root: string): string | undefined {
  const packageFolder = join(root, 'node_modules/electron')
  const pathFile = join(packageFolder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const binary = join(packageFolder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(binary) ? binary : undefined
}

/** Version named by the installed package, whether or not its binary is here. */
export function electronVersion(root: string): string {
  const text = readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

export type FetchOptions = {
  root: string
  /** The download is given up after this long. */
  timeoutMs: number
  say: (line: string) => void
}

/**
 * Runs Electron's own installer, which verifies the download against the checksums in the npm package.
 * Answers the binary, or undefined after a line that says why there is none. Never throws for want of a network.
 */
export async function fetchElectron({ root, timeoutMs, say }: FetchOptions): Promise<string | undefined> {
  say(`Fetching Electron ${electronVersion(root)} (about 120 MB) by its own installer …`)
  const startedMs = Date.now()
  const seconds = () => Math.round((Date.now() - startedMs) / 1000)
  const env = { ...process.env }
  // With this set the installer would judge another program in Electron's place.
  delete env.ELECTRON_OVERRIDE_DIST_PATH
  const installer = spawn(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: timeoutMs,
  })
  const progress = setInterval(() => say(`  … still fetching, ${seconds()} s`), 10_000)
  let errors = ''
  installer.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    installer.on('close', (...ending) => resolve(ending))
    installer.on('error', (error) => {
      errors += error.message
      resolve([1, null])
    })
  }).finally(() => clearInterval(progress))
  const binary = electronBinary(root)
  if (code === 0 && binary) {
    say(`  fetched in ${seconds()} s`)
    return binary
  }
  const reason = signal
    ? `no end after ${seconds()} s`
    : (errors.trim().split('\n')[0] ?? `exit code ${code}`)
  say(`  Electron could not be fetched (${reason})`)
  return undefined
}

/** Shared libraries that a Linux binary names and the system does not have, by `ldd`; empty elsewhere. */
export function missingLibraries(binary: string): string[] {
  if (process.platform !== 'linux') return []
  const { stdout } = spawnSync('ldd', [binary], { encoding: 'utf8' })
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found$/gm)].map(([, name = '']) => name)
}
