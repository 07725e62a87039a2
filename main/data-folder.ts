// Where this profile keeps its files. Decided once, before anything is read.
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'

/**
 * The folder of the profile, whether or not it is there.
 *
 * SECURITY: `--user-data-dir` counts in unpackaged builds only; a link or shortcut that smuggles it into an
 * installed app would otherwise start it on a folder of somebody's making (E21).
 */
export function dataFolderOf(app: App, profile: string | null): string {
  const given = app.isPackaged ? '' : app.commandLine.getSwitchValue('user-data-dir')
  return profileFolder(given || join(app.getPath('appData'), app.getName()), profile)
}

export const profileFolder = (base: string, profile: string | null): string =>
  profile === null ? base : join(base, 'profiles', profile)

/** Makes the folder of the profile, for this user alone (E19), and tells Electron to keep everything there. */
export function useDataFolder(app: App, profile: string | null): string {
  const folder = dataFolderOf(app, profile)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform !== 'win32') chmodSync(folder, 0o700)
  app.setPath('userData', folder)
  return folder
}
