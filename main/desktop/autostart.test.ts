import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAutostart } from './autostart.ts'

let configFolder: string
beforeEach(() => {
  configFolder = mkdtempSync(join(tmpdir(), 'autostart-'))
})
afterEach(() => rmSync(configFolder, { recursive: true, force: true }))

type Options = Parameters<typeof createAutostart>[0]
const start = (changes: Partial<Options> = {}) => {
  const items: unknown[] = []
  let wanted = false
  const made = createAutostart({
    platform: 'linux',
    profile: null,
    command: ['/opt/Earshot/earshot'],
    configFolder,
    wanted: () => wanted,
    onChange: () => undefined,
    setLoginItem: (item) => void items.push(item),
    ...changes,
  })
  const autostart = {
    ...made,
    async set(on: boolean) {
      wanted = on
      made.look()
      await made.settled()
    },
  }
  return { autostart, items }
}
const file = (name = 'im.earshot.Earshot.desktop') => join(configFolder, 'autostart', name)
const execIn = (text: string) => /^Exec=(.*)$/m.exec(text)?.[1]

test('on Linux a file starts it hidden, and is gone when it is switched off', async () => {
  const { autostart, items } = start()
  await autostart.set(false)
  await autostart.set(true)
  expect(execIn(readFileSync(file(), 'utf8'))).toBe('/opt/Earshot/earshot --hidden')
  expect(statSync(file()).mode & 0o777).toBe(0o644)
  expect(readdirSync(join(configFolder, 'autostart'))).toEqual(['im.earshot.Earshot.desktop'])
  await autostart.set(false)
  expect(existsSync(file())).toBe(false)
  expect(items).toEqual([])
})

test('a file of an older place of the program is replaced, and one that is right is left alone', async () => {
  const { autostart } = start()
  await autostart.set(true)
  const before = statSync(file())
  await start().autostart.set(true)
  expect(statSync(file()).ino).toBe(before.ino)
  writeFileSync(file(), 'Exec=/old/earshot')
  await start().autostart.set(true)
  expect(execIn(readFileSync(file(), 'utf8'))).toBe('/opt/Earshot/earshot --hidden')
})

test('each profile has a file of its own', async () => {
  await start({ profile: 'work' }).autostart.set(true)
  expect(execIn(readFileSync(file('im.earshot.Earshot.work.desktop'), 'utf8'))).toBe(
    '/opt/Earshot/earshot --hidden --profile work',
  )
})

test.each([
  ['/home/my user/Earshot.AppImage', '"/home/my user/Earshot.AppImage" --hidden'],
  ['/tmp/100%', '"/tmp/100%%" --hidden'],
  ['/tmp/a"b$c`d', '"/tmp/a\\\\"b\\\\$c\\\\`d" --hidden'],
  ['/tmp/a\\b', '"/tmp/a\\\\\\\\b" --hidden'],
  ['/tmp/;reboot', '"/tmp/;reboot" --hidden'],
])('a program at %s is written so that nothing of its path is read as something else', async (path, exec) => {
  await start({ command: [path] }).autostart.set(true)
  expect(execIn(readFileSync(file(), 'utf8'))).toBe(exec)
})

test('a start in which it is off touches nothing', async () => {
  await start().autostart.set(true)
  await start().autostart.set(false)
  expect(existsSync(file())).toBe(true)
})

test('what cannot be written is told, and told to be well once it is gone', async () => {
  writeFileSync(join(configFolder, 'autostart'), 'in the way')
  const { autostart } = start()
  await autostart.set(true)
  expect(autostart.failed()).toBe(true)
  await autostart.set(false)
  rmSync(join(configFolder, 'autostart'))
  await autostart.set(true)
  expect(autostart.failed()).toBe(false)
})

test('a path that could begin a line of its own is refused', async () => {
  const { autostart } = start({ command: ['/tmp/a\nExec=evil'] })
  await autostart.set(true)
  expect(autostart.failed()).toBe(true)
  expect(existsSync(file())).toBe(false)
})

test('macOS and Windows have a list of their own', async () => {
  const mac = start({ platform: 'darwin' })
  await mac.autostart.set(true)
  const windows = start({ platform: 'win32', profile: 'work' })
  await windows.autostart.set(true)
  expect([...mac.items, ...windows.items]).toEqual([
    { openAtLogin: true },
    { openAtLogin: true, path: '/opt/Earshot/earshot', args: ['--hidden', '--profile', 'work'] },
  ])
  expect(existsSync(join(configFolder, 'autostart'))).toBe(false)
})
