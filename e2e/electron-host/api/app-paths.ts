// Owns app.getPath and app.setPath: where a Linux Electron would put things, and what the app moved elsewhere.
import { mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import type { App } from 'electron'
import { refusal } from '../refusal.ts'
import { commandLine } from './command-line.ts'

type PathName = Parameters<App['getPath']>[0]

const moved = new Map<string, string>()

export function setPath(name: string, to: string): void {
  if (!path.isAbsolute(to)) throw new Error('Path must be absolute')
  mkdirSync(to, { recursive: true })
  moved.set(name, to)
}

export function getPath(name: PathName, appName: string): string {
  const set = moved.get(name)
  if (set !== undefined) return set
  switch (name) {
    case 'home':
      return homedir()
    case 'appData':
      return process.env['XDG_CONFIG_HOME'] || path.join(homedir(), '.config')
    case 'userData':
      return commandLine.getSwitchValue('user-data-dir') || path.join(getPath('appData', appName), appName)
    case 'sessionData':
      return getPath('userData', appName)
    case 'temp':
      return tmpdir()
    case 'logs':
      return path.join(getPath('userData', appName), 'logs')
    case 'crashDumps':
      return path.join(getPath('userData', appName), 'Crashpad')
    case 'exe':
      return process.execPath
    case 'desktop':
    case 'documents':
    case 'downloads':
    case 'music':
    case 'pictures':
    case 'videos':
      return path.join(homedir(), name[0]!.toUpperCase() + name.slice(1))
    default:
      throw refusal(`app.getPath('${name}')`)
  }
}
