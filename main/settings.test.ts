import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultSettings } from '../contract/settings.ts'

// electron-store imports electron, which in a plain Node would fetch its binary; this makes it a mere path.
process.env['ELECTRON_OVERRIDE_DIST_PATH'] ??= tmpdir()
const { createSettings, settingsIn } = await import('./settings.ts')

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'))
  path = join(folder, 'settings.json')
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const open = () => createSettings({ folder, nowMs: () => 1_700_000_000_000 })

test('a change is there after a restart, and the rest keeps its default', () => {
  const settings = open()
  expect(settings.get()).toEqual(defaultSettings)
  const server = { kind: 'remote', url: 'https://calls.example.org', channelBinding: true } as const
  settings.change({ theme: 'dark', server })
  const again = open()
  expect(again.get()).toEqual({
    ...defaultSettings,
    theme: 'dark',
    server,
  })
  expect(again.wasSetAside()).toBe(false)
})

test('a change is told once to those who listen', () => {
  const settings = open()
  const heard: string[] = []
  const stop = settings.onChange(() => heard.push(settings.get().theme))
  settings.change({ theme: 'dark' })
  stop()
  settings.change({ theme: 'light' })
  expect(heard).toEqual(['dark'])
})

test('an entry that is named without a value stays as it is', () => {
  const settings = open()
  settings.change({ theme: 'dark' })
  settings.change({ theme: undefined, ringVolume: 0 })
  expect(settings.get()).toMatchObject({ theme: 'dark', ringVolume: 0 })
})

test('a change that the schema does not allow leaves file and settings as they were', async () => {
  const settings = open()
  const before = await readFile(path, 'utf8')
  expect(() => settings.change({ ringVolume: 2 })).toThrow()
  expect(settings.get()).toEqual(defaultSettings)
  expect(await readFile(path, 'utf8')).toBe(before)
})

test.each([
  ['cut short', '{"version":1,"theme":"da'],
  ['empty', ''],
  ['not an object', '"hello"'],
  ['of another shape', '{"version":1,"theme":"purple"}'],
  ['of a later version', '{"version":99,"theme":"dark"}'],
  ['with an entry that nobody knows', '{"version":1,"secret":"x"}'],
])('E18 settings that are %s are moved aside whole, and defaults are used', async (_, text) => {
  await writeFile(path, text)
  const settings = open()
  expect(settings.get()).toEqual(defaultSettings)
  expect(settings.wasSetAside()).toBe(true)
  expect(await readFile(`${path}.broken-1700000000000`, 'utf8')).toBe(text)
  settings.change({ theme: 'dark' })
  expect(open().get().theme).toBe('dark')
})

test('E18 other files in the folder stay as they are when the settings are corrupt', async () => {
  await writeFile(join(folder, 'identity.json'), 'identity')
  await writeFile(path, '{')
  open()
  expect(await readFile(join(folder, 'identity.json'), 'utf8')).toBe('identity')
})

test.runIf(process.platform !== 'win32')(
  'E19 the file is readable by its owner only, even one that was not',
  async () => {
    await writeFile(path, JSON.stringify({ version: 1 }), { mode: 0o644 })
    open().change({ theme: 'dark' })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['settings.json'])
  },
)

test('a file from before there were relays is kept, with the default way of connecting', async () => {
  await writeFile(path, '{"version":1,"theme":"dark","padPictures":true}')
  const settings = open()
  expect(settings.wasSetAside()).toBe(false)
  expect(settings.get()).toMatchObject({
    theme: 'dark',
    padPictures: true,
    relay: { use: 'automatic', directToVerified: true },
  })
})

test('devices that were chosen one for each role come first', async () => {
  const headset = { deviceId: 'h1', label: 'Headset' }
  const devices = { microphone: headset, camera: null, speaker: headset }
  await writeFile(path, JSON.stringify({ version: 2, theme: 'dark', devices }))
  const settings = open()
  expect(settings.wasSetAside()).toBe(false)
  expect(settings.get()).toMatchObject({
    theme: 'dark',
    devices: { microphone: [headset], camera: [], speaker: [headset] },
  })
  settings.change({ theme: 'light' })
  expect(open().get().devices.microphone).toEqual([headset])
})

test.each([
  ['no devices at all', '{"version":1,"devices":7}'],
  [
    'a device that is none',
    '{"version":1,"devices":{"microphone":"x","camera":null,"speaker":null,"ring":null}}',
  ],
  [
    'more wishes than may be',
    JSON.stringify({
      version: 3,
      devices: { microphone: Array(9).fill(null), camera: [], speaker: [] },
    }),
  ],
])('E18 settings with %s are set aside', async (_, text) => {
  await writeFile(path, text)
  const settings = open()
  expect(settings.wasSetAside()).toBe(true)
  expect(settings.get()).toEqual(defaultSettings)
})

test('a file of an older version goes through the steps that came after it', () => {
  const steps = [
    (older: object) => ({ ...older, colour: 'dark' }),
    ({ colour, ...older }: { colour?: unknown }) => ({ ...older, theme: colour }),
  ]
  expect(settingsIn({ version: 1 }, steps).theme).toBe('dark')
  expect(settingsIn({ version: 2, colour: 'light' }, steps).theme).toBe('light')
  expect(settingsIn({ version: 3, theme: 'light' }, steps).theme).toBe('light')
})

test.each([
  ['on a device of its own', { deviceId: 'box', label: 'Box' }, [{ deviceId: 'box', label: 'Box' }]],
  ['on the default', null, []],
])(
  'a file from before it could ring on several outputs, where it rang %s, rings there on',
  async (_, ring, outputs) => {
    const speaker = { deviceId: 'h', label: 'Headset' }
    const older = {
      version: 1,
      name: 'Mary',
      server: { kind: 'hosted' },
      devices: { microphone: null, camera: null, speaker, ring },
      ringVolume: 0.4,
      theme: 'dark',
      whoMayRing: 'contacts',
      presence: true,
      padPictures: false,
      relay: { use: 'always', directToVerified: false },
      trayExplained: true,
      frameTestPassed: '0.1.0',
    }
    await writeFile(path, JSON.stringify(older))
    const settings = open()
    expect(settings.wasSetAside()).toBe(false)
    const { version: _version, devices: _devices, ...same } = older
    expect(settings.get()).toEqual({
      ...defaultSettings,
      ...same,
      devices: { microphone: [], camera: [], speaker: speaker ? [speaker] : [] },
      ringOutputs: outputs,
    })
    expect(open().get()).toEqual(settings.get())
  },
)
