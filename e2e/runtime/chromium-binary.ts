// Finds the Chromium that the stand-in drives. It installs nothing.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

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

/** The whole path of that Chromium: Playwright wants one where others are content with a name. Throws where there is none. */
export function chromiumPath(env: NodeJS.ProcessEnv = process.env): string {
  const found = findChromium(env)?.path
  const path =
    found === undefined || isAbsolute(found)
      ? found
      : (env['PATH'] ?? '')
          .split(delimiter)
          .map((folder) => join(folder, found))
          .find((candidate) => existsSync(candidate))
  if (!path) throw new Error('No Chromium on PATH, and ELECTRON_HOST_CHROMIUM names none')
  return path
}
