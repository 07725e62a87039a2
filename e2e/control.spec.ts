// The app held from outside its window: by keys, by the command line, by the tray and by the desktop it runs on.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlPlace } from '../main/control/control-protocol.ts'
import { expect, test, type Pair } from './pair.ts'
import { projectRoot, startPhone, type Phone } from './phone.ts'

interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}
async function run(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(program, args, {
    cwd: projectRoot,
    env: process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, err }
}
/** On plain Node, as `npm run cli` does. */
const cli = (phone: Phone, ...order: string[]) =>
  run(process.execPath, ['build/cli.ts', `--user-data-dir=${phone.userData}`, ...order])
/** The app's own program, as a packed app has no other. */
const appCli = (userData: string, ...order: string[]) =>
  run(createRequire(import.meta.url)('electron') as unknown as string, [
    `--user-data-dir=${userData}`,
    '.',
    '--cli',
    ...order,
  ])
const statusOf = async (phone: Phone) =>
  JSON.parse((await cli(phone, 'status', '--json')).out) as Record<string, unknown>
const placeOf = (phone: Phone) =>
  JSON.parse(readFileSync(join(phone.userData, 'control.json'), 'utf8')) as ControlPlace

async function talk({ alice, bob }: Pair, media: 'voice' | 'video' = 'voice'): Promise<void> {
  await alice.dial(await bob.address(), media)
  await (await bob.alert()).getByTestId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
}
async function end({ alice, bob }: Pair): Promise<void> {
  await alice.byId('hang-up').click()
  await Promise.all([alice.phase('ended'), bob.phase('ended')])
  await Promise.all([alice.byId('dismiss').click(), bob.byId('dismiss').click()])
}
async function setting(phone: Phone, id: string, on: boolean): Promise<void> {
  await phone.openSettings('control')
  await phone.byId(id).setChecked(on)
  await phone.byId('settings-close').click()
}
const micOf = async (phone: Phone) => (await phone.phase('talking')).media.micOn

test('E31 from the ring to the hang-up with the keyboard alone', async ({ pair }) => {
  const { alice, bob } = pair
  const keys = bob.page.keyboard
  await alice.page.keyboard.press('Control+n')
  await expect(alice.byId('dial-address')).toBeFocused()
  await alice.page.keyboard.type(await bob.address())
  await alice.page.keyboard.press('Enter')
  await bob.phase('incoming')
  await expect(bob.byId('answer')).toHaveAttribute('aria-keyshortcuts', 'Control+Shift+A')
  // The buttons open when the keys do.
  await expect(bob.byId('answer')).toBeEnabled()
  await keys.press('Control+Shift+A')
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  await keys.press('Control+Shift+M')
  await expect.poll(async () => (await alice.phase('talking')).media.peerMicOn).toBe(false)
  await keys.press('Control+Shift+M')
  await expect.poll(async () => (await alice.phase('talking')).media.peerMicOn).toBe(true)
  await keys.press('F1')
  await expect(bob.byId('shortcut-list')).toContainText('Ctrl+Shift+H')
  await keys.press('Escape')
  await keys.press('Control+Shift+H')
  expect((await alice.phase('ended')).reason).toBe('peer-hung-up')
  await bob.phase('ended')

  await alice.byId('dismiss').click()
  await bob.byId('dismiss').click()
  await alice.dial(await bob.address(), 'voice')
  await bob.phase('incoming')
  await expect(bob.byId('decline')).toBeEnabled()
  await keys.press('Control+Shift+D')
  expect((await alice.phase('ended')).reason).toBe('peer-declined')
})

test('with push-to-talk a call begins silent, and space is heard for as long as it is held', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await setting(bob, 'push-to-talk', true)
  await talk(pair)
  expect(await micOf(bob)).toBe(false)
  // He says so over the link, a moment after it is there.
  await expect.poll(async () => (await alice.phase('talking')).media.peerMicOn).toBe(false)
  await expect(bob.byId('talk-line')).toContainText('Hold space')
  // Where space would press it.
  await bob.byId('hang-up').focus()
  await bob.page.keyboard.down(' ')
  await expect.poll(() => micOf(bob)).toBe(true)
  await expect(bob.byId('talk-line')).toHaveAttribute('data-talk', 'held')
  await expect.poll(async () => (await alice.phase('talking')).media.peerMicOn).toBe(true)
  await bob.page.keyboard.up(' ')
  await expect.poll(() => micOf(bob)).toBe(false)
  await expect.poll(async () => (await alice.phase('talking')).media.peerMicOn).toBe(false)
  await end(pair)
  await setting(bob, 'push-to-talk', false)
})

test('E19 the command line makes a whole call: who, what is open, and how it ends', async ({ pair }) => {
  const { alice, bob } = pair
  const address = await bob.address()
  await alice.addContact(address, 'Bob of the command line')
  const place = placeOf(alice)
  expect(statSync(place.path).mode & 0o777).toBe(0o600)
  expect(statSync(join(alice.userData, 'control.json')).mode & 0o777).toBe(0o600)
  expect(await statusOf(alice)).toEqual({
    phase: 'idle',
    direction: null,
    name: null,
    trust: null,
    mic: 'off',
    camera: 'off',
    online: true,
  })
  expect(await cli(alice, 'answer')).toMatchObject({ code: 1, err: 'Nothing rings.\n' })
  expect(await cli(alice, 'call', 'Nobody at all')).toMatchObject({ code: 1, out: '' })

  expect(await cli(alice, 'call', 'bob of the command line')).toEqual({ code: 0, out: '', err: '' })
  await bob.phase('incoming')
  await expect.poll(async () => (await cli(bob, 'answer')).code).toBe(0)
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  expect(await statusOf(alice)).toMatchObject({
    phase: 'talking',
    direction: 'out',
    name: 'Bob of the command line',
    trust: 'V1',
    mic: 'on',
  })
  const { out } = await cli(bob, 'status', '--json')
  expect(JSON.parse(out)).toMatchObject({ direction: 'in', name: null, trust: 'V0' })
  expect(out).not.toContain(await alice.address())
  expect(await cli(alice, 'call', 'Bob of the command line')).toMatchObject({ code: 1 })

  expect((await cli(alice, 'mute', 'on')).code).toBe(0)
  await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(false)
  expect((await cli(alice, 'ptt', 'down')).code).toBe(0)
  await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(true)
  await expect(alice.byId('talk-line')).toHaveAttribute('data-talk', 'held')
  expect((await cli(alice, 'ptt', 'up')).code).toBe(0)
  await expect.poll(async () => (await bob.phase('talking')).media.peerMicOn).toBe(false)
  expect((await cli(bob, 'hangup')).code).toBe(0)
  expect((await alice.phase('ended')).reason).toBe('peer-hung-up')
})

test('E20 an address that is no contact is shown, and dialled by nobody but a person', async ({ pair }) => {
  const { alice, bob } = pair
  const address = await alice.address()
  const { code, out } = await cli(bob, 'call', address)
  expect([code, out]).toEqual([0, 'This is no contact. Earshot shows the address and waits for you there.\n'])
  await expect(bob.byId('contact-address')).toHaveValue(new RegExp(address.slice(0, 4)))
  expect((await bob.views()).call.phase).toBe('idle')
  await bob.page.keyboard.press('Escape')
})

test('E21 the program of the app is the command line as well, and starts no second app for it', async ({
  pair,
}) => {
  const { alice } = pair
  const { code, out } = await appCli(alice.userData, 'status', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ phase: 'idle', online: true })
  const nowhere = mkdtempSync(join(tmpdir(), 'earshot-nowhere-'))
  expect(await appCli(nowhere, 'status')).toEqual({ code: 3, out: '', err: 'Earshot is not running.\n' })
  expect(await appCli(alice.userData, 'erase')).toMatchObject({ code: 2, out: '' })
  expect((await appCli(nowhere, 'status', '--profile', 'other')).code).toBe(3)
  // It has made nothing: neither a profile nor what a Chromium leaves.
  expect(existsSync(join(nowhere, 'profiles'))).toBe(false)
  expect(existsSync(join(nowhere, 'HostProfile'))).toBe(false)
  rmSync(nowhere, { recursive: true })
})

test('hostile lines at the socket change nothing, and the app goes on', async ({ pair }) => {
  const { bob } = pair
  const place = placeOf(bob)
  const before = await bob.views()
  const lines = [
    'GET / HTTP/1.1',
    '{',
    'null',
    JSON.stringify({ secret: 'wrong', do: 'call', who: 'Bob' }),
    JSON.stringify({ secret: place.secret, do: 'settings', server: 'https://evil.example' }),
    JSON.stringify({ secret: place.secret, do: 'call', who: 'x', server: 'https://evil.example' }),
    JSON.stringify({ secret: place.secret, do: 'call', who: 'earshot:aaaa?server=https://evil.example' }),
    '\u0000\u202e',
    'x'.repeat(100_000),
  ]
  const answers = await new Promise<string>((resolve) => {
    let said = ''
    const socket = createConnection(place.path)
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(said))
    socket.write(lines.join('\n') + '\n')
  })
  const codes = answers
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { code?: string }).code)
  expect(codes).toEqual([
    'bad-request',
    'bad-request',
    'bad-request',
    'bad-secret',
    'bad-request',
    'bad-request',
    'nobody-found',
    'bad-request',
    'line-too-long',
  ])
  expect(answers).not.toContain(place.secret)
  expect(await bob.views()).toEqual(before)
  expect((await cli(bob, 'status')).code).toBe(0)
})

test('a restart finds the socket that a killed app left, and the command line finds the app after an erasure', async () => {
  const userData = mkdtempSync(join(tmpdir(), 'earshot-killed-'))
  const first = await startPhone({ name: 'Killed', userData })
  await expect.poll(async () => (await cli(first, 'status')).code).toBe(0)
  const killed = once(first.app.process(), 'exit')
  first.app.process().kill('SIGKILL')
  await killed
  expect(existsSync(join(userData, 'control.sock'))).toBe(true)
  expect((await cli(first, 'status')).code).toBe(3)
  const next = await startPhone({ name: 'Next', userData })
  try {
    await expect.poll(async () => (await cli(next, 'status')).code).toBe(0)
    await next.answerSystem(true)
    await next.page.evaluate(() => window.shell['identity.erase']({})).catch(() => undefined)
    await expect.poll(() => next.systemAsked()).toHaveLength(1)
    await expect.poll(async () => (await cli(next, 'status')).code).toBe(0)
  } finally {
    await next.close()
    rmSync(userData, { recursive: true, force: true })
  }
  expect(existsSync(join(userData, 'control.sock'))).toBe(false)
})

test('the key of the whole desktop is there while a call runs, and given back after it', async ({ pair }) => {
  const { bob } = pair
  const keys = (press = false) =>
    bob.app.evaluate((_electron, press) => {
      const { shortcuts } = (globalThis as unknown as { __probe: { shortcuts: Record<string, () => void> } })
        .__probe
      if (press) Object.values(shortcuts).forEach((callback) => callback())
      return Object.keys(shortcuts)
    }, press)
  expect(await keys()).toEqual([])
  await setting(bob, 'global-mute', true)
  expect(await keys()).toEqual([])
  await talk(pair)
  expect(await keys()).toEqual(['CommandOrControl+Alt+Shift+M'])
  await keys(true)
  await expect.poll(() => micOf(bob)).toBe(false)
  await end(pair)
  expect(await keys()).toEqual([])
  await setting(bob, 'global-mute', false)
})

test('the tray is a console: camera and silence as well', async ({ pair }) => {
  const { alice, bob } = pair
  await alice.dial(await bob.address(), 'video')
  await bob.phase('incoming')
  await bob.clickTray('silence')
  await expect.poll(async () => (await bob.phase('incoming')).silenced).toBe(true)
  await bob.clickTray('answer')
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  await bob.clickTray('camera-on')
  await expect.poll(async () => (await bob.phase('talking')).media.cameraOn).toBe(false)
  await bob.clickTray('camera-on')
  await expect.poll(async () => (await bob.phase('talking')).media.cameraOn).toBe(true)
  await bob.clickTray('hang-up')
  await alice.phase('ended')
})

/** A desktop with or without a tray, as the program that asks the session bus says it. */
function desktop(tray: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-desktop-'))
  const [bin, config] = [join(folder, 'bin'), join(folder, 'config')]
  mkdirSync(bin)
  writeFileSync(join(bin, 'gdbus'), `#!/bin/sh\necho '(<${String(tray)}>,)'\n`)
  chmodSync(join(bin, 'gdbus'), 0o755)
  return {
    config,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, XDG_CONFIG_HOME: config },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
for (const tray of [true, false])
  test(`a closed window ${tray ? 'is hidden where there is a tray' : 'is minimised where no tray is, so that nobody loses the app'}`, async () => {
    const { env, remove } = desktop(tray)
    const phone = await startPhone({ name: 'Desk', env })
    try {
      const window = await phone.app.browserWindow(phone.page)
      const seen = () => window.evaluate((w: Electron.BrowserWindow) => [w.isVisible(), w.isMinimized()])
      await expect.poll(seen).toEqual([true, false])
      await window.evaluate((w: Electron.BrowserWindow) => w.close())
      await expect.poll(seen).toEqual(tray ? [false, false] : [true, true])
      await phone.clickTray('open')
      await expect.poll(seen).toEqual([true, false])
    } finally {
      await phone.close()
      remove()
    }
  })

test('a start out of sight where no tray is leaves a window to be found', async () => {
  const { env, remove } = desktop(false)
  const phone = await startPhone({ name: 'Login', env, args: ['--hidden'] })
  try {
    const window = await phone.app.browserWindow(phone.page)
    await expect.poll(() => window.evaluate((w: Electron.BrowserWindow) => w.isMinimized())).toBe(true)
  } finally {
    await phone.close()
    remove()
  }
})

test('start at login is a file that comes and goes, and the window comes back where it was', async () => {
  const { env, config, remove } = desktop(true)
  const userData = mkdtempSync(join(tmpdir(), 'earshot-home-'))
  const file = join(config, 'autostart', 'im.earshot.Earshot.desktop')
  let phone = await startPhone({ name: 'Home', env, userData })
  const change = (startAtLogin: boolean) =>
    phone.page.evaluate((startAtLogin) => window.shell['settings.change']({ startAtLogin }), startAtLogin)
  const boundsOf = async () =>
    (await phone.app.browserWindow(phone.page)).evaluate((w: Electron.BrowserWindow) => w.getBounds())
  try {
    expect(existsSync(file)).toBe(false)
    await change(true)
    await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toContain(' --hidden\n')
    expect(readFileSync(file, 'utf8')).toMatch(/^\[Desktop Entry\]\nType=Application\n/)
    await change(false)
    await expect.poll(() => existsSync(file)).toBe(false)

    const wanted = { x: 40, y: 30, width: 700, height: 600 }
    const window = await phone.app.browserWindow(phone.page)
    await window.evaluate((w: Electron.BrowserWindow, bounds) => w.setBounds(bounds), wanted)
    const kept = join(userData, 'window.json')
    await expect
      .poll(() => existsSync(kept) && (JSON.parse(readFileSync(kept, 'utf8')) as unknown))
      .toEqual({ ...wanted, maximised: false })
    await phone.close()
    phone = await startPhone({ name: 'Home', env, userData })
    expect(await boundsOf()).toEqual(wanted)
  } finally {
    await phone.close()
    rmSync(userData, { recursive: true, force: true })
    remove()
  }
})
