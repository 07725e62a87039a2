// Owns the switches: read from the command line as Electron's default app reads it, later changed by the app.
import type { CommandLine } from 'electron'
import { offered } from '../refusal.ts'

export interface StartArguments {
  /** Modules given with -r, before the app. */
  requires: string[]
  /** Folder or file of the app; null if none was named. */
  app: string | null
  switches: [name: string, value: string][]
}

/** Reads `electron [-r module]… [--switch[=value]]… <app> [more]…`; a switch counts before and after the app. */
export function readArguments(argv: readonly string[]): StartArguments {
  const read: StartArguments = { requires: [], app: null, switches: [] }
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!
    if ((argument === '-r' || argument === '--require') && read.app === null) {
      read.requires.push(argv[++i] ?? '')
      continue
    }
    const found = /^--([^=]+)(?:=(.*))?$/s.exec(argument)
    if (found) read.switches.push([found[1]!, found[2] ?? ''])
    else if (!argument.startsWith('-') && read.app === null) read.app = argument
  }
  return read
}

const switches = new Map<string, string>()

/** What goes to Chromium when it starts; later changes have no effect, as in Electron. */
export const currentSwitches = (): ReadonlyMap<string, string> => switches

export const commandLine = offered<CommandLine>('CommandLine', {
  appendSwitch(name: string, value = '') {
    // Chromium keeps only the last of these lists, so the test runner's and the app's are joined.
    const isList = name === 'enable-features' || name === 'disable-features'
    const before = isList ? switches.get(name) : undefined
    switches.set(name, [before, String(value)].filter(Boolean).join(','))
  },
  hasSwitch: (name: string) => switches.has(name),
  getSwitchValue: (name: string) => switches.get(name) ?? '',
  removeSwitch: (name: string) => void switches.delete(name),
})
