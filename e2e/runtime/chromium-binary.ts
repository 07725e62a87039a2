// Finds the Chromium that the stand-in drives. It installs nothing.
import { spawnSync } from 'node:child_process'

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

export type ChromiumBinary = { path: string; version: string }

/**
 * The first Chromium that runs: the one named by ELECTRON_HOST_CHROMIUM, else one from PATH. Asking for the version
 * tells a working program from a placeholder that only says what to install.
 */
export function findChromium(env: NodeJS.ProcessEnv): ChromiumBinary | undefined {
  const wanted = env['ELECTRON_HOST_CHROMIUM']
  for (const path of wanted ? [wanted] : names) {
    const { status, stdout } = spawnSync(path, ['--version'], { env, encoding: 'utf8', timeout: 20_000 })
    const version = /\d+(?:\.\d+)+/.exec(stdout ?? '')?.[0]
    if (status === 0 && version) return { path, version }
  }
  return undefined
}
