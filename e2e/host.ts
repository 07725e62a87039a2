// Owns which host runs the app under test: the Electron that npm has installed, or the stand-in over a stock Chromium.
// The only code of the tests that knows of two. It must be imported before Playwright looks for Electron.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const electronPackage = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
const hasBinary = existsSync(path.join(electronPackage, 'path.txt'))

/** `E2E_HOST=chromium` asks for the stand-in where both are there. */
export const host: 'electron' | 'chromium stand-in' =
  hasBinary && process.env['E2E_HOST'] !== 'chromium' ? 'electron' : 'chromium stand-in'

if (host === 'chromium stand-in') {
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = path.join(import.meta.dirname, 'electron-host')
}

export interface HostVersions {
  /** Version of the Electron package; the stand-in imitates that version's interface. */
  electron: string
  chromium: string
  node: string
}

/** Versions of what really runs: those inside the Electron binary, or those the stand-in finds on this machine. */
export function hostVersions(): HostVersions {
  if (host === 'electron') {
    const binary = createRequire(import.meta.url)('electron') as string
    const script =
      'console.log(JSON.stringify([process.versions.electron, process.versions.chrome, process.versions.node]))'
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
    const [electron, chromium, node] = JSON.parse(
      execFileSync(binary, ['-e', script], { encoding: 'utf8', env }),
    ) as [string, string, string]
    return { electron, chromium, node }
  }
  const manifest = readFileSync(path.join(electronPackage, 'package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const executable = process.env['ELECTRON_HOST_CHROMIUM'] ?? 'chromium'
  const said = execFileSync(executable, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return {
    electron: version,
    chromium: /[\d.]{5,}/.exec(said)?.[0] ?? said.trim(),
    node: process.versions.node,
  }
}
