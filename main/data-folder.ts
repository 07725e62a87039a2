// Where this profile keeps its files. Decided once, before anything is read.
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'

/**
 * Makes the folder of the profile, for this user alone (E19), and tells Electron to keep everything there.
 *
 * SECURITY: `--user-data-dir` counts in unpackaged builds only; a link or shortcut that smuggles it into an
 * installed app would otherwise start it on a folder of somebody's making (E21).
 */
export function useDataFolder(app: App, profile: string | null): string {
  const given = app.isPackaged ? '' : app.commandLine.getSwitchValue('user-data-dir')
  const base = given || join(app.getPath('appData'), app.getName())
  const folder = profile === null ? base : join(base, 'profiles', profile)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform !== 'win32') chmodSync(folder, 0o700)
  app.setPath('userData', folder)
  return folder
}
