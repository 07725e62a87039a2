import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from 'electron'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { useDataFolder } from './data-folder.ts'

let appData: string
beforeEach(() => {
  appData = mkdtempSync(join(tmpdir(), 'data-folder-'))
})
afterEach(() => rmSync(appData, { recursive: true, force: true }))

function fakeApp(isPackaged: boolean, userDataDir = '') {
  const set: string[] = []
  const app = {
    isPackaged,
    commandLine: { getSwitchValue: (name: string) => (name === 'user-data-dir' ? userDataDir : '') },
    getPath: () => appData,
    getName: () => 'Earshot',
    setPath: (name: string, path: string) => set.push(`${name} ${path}`),
  }
  return { app: app as unknown as App, set }
}

test('each profile has a folder of its own inside the app’s', () => {
  const { app, set } = fakeApp(true)
  expect(useDataFolder(app, null)).toBe(join(appData, 'Earshot'))
  expect(useDataFolder(app, 'work')).toBe(join(appData, 'Earshot', 'profiles', 'work'))
  expect(set.at(-1)).toBe(`userData ${join(appData, 'Earshot', 'profiles', 'work')}`)
})

test.runIf(process.platform !== 'win32')(
  'E19 the folder is for its owner only, even one that was open',
  () => {
    mkdirSync(join(appData, 'Earshot'), { mode: 0o755 })
    const folder = useDataFolder(fakeApp(true).app, null)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  },
)

test('E21 another folder can be given to an unpackaged app only', () => {
  const other = join(appData, 'other')
  expect(useDataFolder(fakeApp(false, other).app, null)).toBe(other)
  expect(useDataFolder(fakeApp(true, other).app, null)).toBe(join(appData, 'Earshot'))
})
