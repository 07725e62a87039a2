// Starts the app, out of sight, when this person logs in: by the system where it has a list, by a file where the desktop reads
// one. Follows the setting; keeps no wish of its own.
import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readPrivately, writePrivately } from '../private-file.ts'

export interface Autostart {
  /** The wish may be another. Where it was always off nothing is touched. */
  look(): void
  /** What was wished for last could not be written or removed. */
  failed(): boolean
  /** Resolves when nothing is being written. */
  settled(): Promise<void>
}

export function createAutostart(options: {
  readonly platform: NodeJS.Platform
  readonly profile: string | null
  /** What starts this app again: the program, and the app's own folder where it is not packed. */
  readonly command: readonly string[]
  /** Of this user's configuration, where `autostart` is or will be. */
  readonly configFolder: string
  readonly wanted: () => boolean
  readonly onChange: () => void
  readonly setLoginItem: (item: { openAtLogin: boolean; path?: string; args?: string[] }) => void
}): Autostart {
  const { platform, profile, configFolder } = options
  const args = ['--hidden', ...(profile === null ? [] : ['--profile', profile])]
  const folder = join(configFolder, 'autostart')
  const path = join(folder, `im.earshot.Earshot${profile === null ? '' : `.${profile}`}.desktop`)

  let made = false
  let failed = false
  let working: Promise<void> = Promise.resolve()

  async function set(on: boolean): Promise<void> {
    if (platform === 'darwin') return options.setLoginItem({ openAtLogin: on })
    if (platform === 'win32') {
      const [program = '', ...before] = options.command
      return options.setLoginItem({ openAtLogin: on, path: program, args: [...before, ...args] })
    }
    if (!on) return rm(path, { force: true })
    const text = desktopEntry([...options.command, ...args], profile)
    // Whole or not at all, and not once more for the same: the folder is watched by the desktop.
    if ((await readPrivately(path)) === text) return
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writePrivately(path, text)
    await chmod(path, 0o644)
  }

  return {
    look() {
      const on = options.wanted()
      if (on === made) return
      made = on
      working = working
        .then(() => set(on))
        .then(
          () => false,
          () => true,
        )
        .then((now) => {
          if (now === failed) return
          failed = now
          options.onChange()
        })
    },
    failed: () => failed,
    settled: () => working,
  }
}

/** Desktop Entry Specification 1.5 and Desktop Application Autostart Specification 0.5. */
function desktopEntry(command: readonly string[], profile: string | null): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=Earshot${profile === null ? '' : ` (${profile})`}`,
    'Comment=Waits for calls in the tray',
    `Exec=${command.map(quoted).join(' ')}`,
    'Icon=earshot',
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/**
 * One argument of `Exec`. The value is a string, in which a backslash is written twice, and within it an argument in quotes, in
 * which `"`, `` ` ``, `$` and `\` stand behind a backslash; `%` begins a field code and is written twice.
 */
function quoted(argument: string): string {
  if (/[\p{Cc}]/u.test(argument)) throw new Error('a control character in the path of the program')
  if (/^[\w./:=+,@-]+$/.test(argument)) return argument
  const inner = argument.replaceAll(/["`$\\]/g, (sign) => `\\${sign}`).replaceAll('%', '%%')
  return `"${inner}"`.replaceAll('\\', '\\\\')
}
