// Whether somebody shows tray icons on this desktop, and so whether a window may go out of sight. Knows no windows.
import { execFile } from 'node:child_process'

/** `null`: nobody could be asked. */
export type TrayHost = boolean | null

/**
 * What closing the window, or starting without one, does. Nobody may lose the app: an icon that no panel shows is no way back,
 * while a minimised window is in the list of windows of every desktop.
 */
export function outOfSight(host: TrayHost): 'hide' | 'minimise' {
  return host === true ? 'hide' : 'minimise'
}

const watcher = 'org.kde.StatusNotifierWatcher'
const watcherPath = '/StatusNotifierWatcher'
const property = 'IsStatusNotifierHostRegistered'
const get = 'org.freedesktop.DBus.Properties.Get'
const patienceMs = 2_000

/** Programs that ask the session bus, of which most desktops have all and any has one. */
export const busQuestions: readonly (readonly [program: string, args: readonly string[]])[] = [
  ['gdbus', ['call', '--session', '-d', watcher, '-o', watcherPath, '-m', get, watcher, property]],
  ['busctl', ['--user', 'get-property', watcher, watcherPath, watcher, property]],
  [
    'dbus-send',
    [
      '--session',
      '--print-reply',
      `--dest=${watcher}`,
      watcherPath,
      get,
      `string:${watcher}`,
      `string:${property}`,
    ],
  ],
]

/** What a program printed, or null where it could not be started; `failed`: it ran, and was told nothing. */
export type Run = (program: string, args: readonly string[]) => Promise<string | 'failed' | null>

/** macOS and Windows always have a place for icons. Elsewhere the session bus is asked. Never rejects. */
export async function findTrayHost(platform: NodeJS.Platform, run: Run = runQuietly): Promise<TrayHost> {
  if (platform === 'darwin' || platform === 'win32') return true
  for (const [program, args] of busQuestions) {
    const said = await run(program, args)
    if (said === null) continue
    // No bus, and a bus on which nobody watches icons, is the same: there is no host.
    return said !== 'failed' && /\btrue\b/.test(said)
  }
  return null
}

const runQuietly: Run = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { timeout: patienceMs, maxBuffer: 65_536 }, (error, stdout) => {
      if (error && (error as NodeJS.ErrnoException).code === 'ENOENT') resolve(null)
      else resolve(error ? 'failed' : stdout)
    })
  })
