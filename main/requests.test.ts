import { expect, test } from 'vitest'
import type { Address, CallId } from '../contract/ids.ts'
import type { CallCommand } from '../contract/ipc.ts'
import type { WindowRole } from './ipc-registry.ts'
import type { Phone } from './phone.ts'
import { createActions, type RequestParts } from './requests.ts'

function actions(parts: { acceptsInput?: boolean; phone?: object | null; deviceTest?: boolean } = {}) {
  const seen: unknown[] = []
  const note =
    (what: string) =>
    (...args: unknown[]) =>
      void seen.push([what, ...args])
  const made = createActions({
    views: { snapshot: (role: WindowRole) => ({ role }) },
    safekeeping: {
      create: note('create'),
      unlock: note('unlock'),
      retry: note('retry'),
      erase: async () => true,
      readBackup: note('read backup'),
    },
    settings: { change: note('settings') },
    devices: { report: note('report') },
    alert: { acceptsInput: () => parts.acceptsInput ?? true },
    command: (order: CallCommand) => Promise.resolve(note('command')(order)),
    phone: () => parts.phone ?? null,
    preferDevice: note('prefer'),
    isDeviceTest: () => parts.deviceTest ?? false,
    setDeviceTest: note('test'),
    setCodeScan: note('scan'),
    writeClipboard: note('clipboard'),
    onPageReady: note('ready'),
  } as unknown as RequestParts)
  return { actions: made, seen }
}
const callId = 'one' as CallId
const answer = { type: 'answer', callId, video: false } as const
const decline = { type: 'decline', callId } as const
const silence = { type: 'silence', callId } as const

test.each([answer, decline])('E31 the alert window cannot %j before it has been in sight', async (order) => {
  const early = actions({ acceptsInput: false })
  await expect(early.actions['call.command'](order, 'alert')).rejects.toMatchObject({ code: 'not-ready' })
  expect(early.seen).toEqual([])
  await early.actions['call.command'](order, 'main')
  expect(early.seen).toEqual([['command', order]])
})

test('E31 after that its orders go the same way as those of the main window', async () => {
  const { actions: made, seen } = actions()
  await made['call.command'](answer, 'alert')
  await made['call.command'](answer, 'main')
  expect(seen).toEqual([
    ['command', answer],
    ['command', answer],
  ])
})

test('silencing the ring is allowed at once', async () => {
  const { actions: made, seen } = actions({ acceptsInput: false })
  await made['call.command'](silence, 'alert')
  expect(seen).toEqual([['command', silence]])
})

test('making and unlocking an identity go to its safekeeping', async () => {
  const { actions: made, seen } = actions()
  await made['identity.create']({ name: 'Bea', passphrase: 'correct horse' }, 'main')
  await made['identity.unlock']({ passphrase: 'correct horse' }, 'main')
  expect(seen).toEqual([
    ['create', 'Bea', 'correct horse'],
    ['unlock', 'correct horse'],
  ])
})

test('whatever needs an identity is not ready without one', () => {
  const { actions: made } = actions()
  expect(() => made['server.host']({}, 'main')).toThrow('not-ready')
  expect(() => made['history.clear']({}, 'main')).toThrow('not-ready')
})

test('a request of the page’s link reaches the calls', async () => {
  const heard: unknown[] = []
  const calls = { link: { failed: (message: unknown) => heard.push(message) } }
  const { actions: made } = actions({ phone: { calls } as unknown as Phone })
  const message = { callId, code: 'link-failed' } as const
  await made['link.failed'](message, 'main')
  expect(heard).toEqual([message])
})

test('a block that cannot be written ends the call all the same, and is said', async () => {
  const ended: unknown[] = []
  const { actions: made } = actions({
    phone: {
      contacts: { block: () => Promise.reject(new Error('disk full')) },
      calls: { blocked: (peer: unknown) => ended.push(peer) },
    },
  })
  const address = 'a'.repeat(56) as Address
  await expect(made['contacts.block']({ address }, 'main')).rejects.toThrow('disk full')
  expect(ended).toEqual([address])
})

test('R20 what opens my relay is told only while devices are tested, and never a place that is no relay', () => {
  const ownRelay = () => ({ urls: ['turn:relay.example.org'], username: 'u', credential: 'c' })
  const ask = (deviceTest: boolean, own: () => object | null = ownRelay) =>
    actions({ phone: { reach: { ownRelay: own } }, deviceTest }).actions['relay.test']({}, 'main')
  expect(ask(true)).toEqual({ iceServers: [ownRelay()] })
  expect(() => ask(false)).toThrow('not-ready')
  expect(() => ask(true, () => null)).toThrow('not-ready')
  expect(ask(true, () => ({ urls: ['stun:relay.example.org'] }))).toEqual({ iceServers: [] })
})

test('choosing a device is said to whoever keeps the wishes', async () => {
  const { actions: made, seen } = actions()
  const wish = { deviceId: 'd', label: 'D' }
  await made['devices.prefer']({ role: 'speaker', wish }, 'main')
  expect(seen).toEqual([['prefer', 'speaker', wish]])
})

test('R20 what opens the relays of a server is told only while devices are tested', async () => {
  const iceServers = [{ urls: ['turn:relay.example.org'], username: 'u', credential: 'c' }]
  const ask = (deviceTest: boolean) =>
    actions({ phone: { calls: { relays: async () => iceServers } }, deviceTest }).actions['check.relays'](
      {},
      'main',
    )
  expect(await ask(true)).toEqual({ iceServers })
  await expect(ask(false)).rejects.toThrow('not-ready')
})

test('whoever clears the history clears how its calls went', async () => {
  const cleared: string[] = []
  const owner = (name: string) => ({ clear: async () => void cleared.push(name) })
  const { actions: made } = actions({ phone: { history: owner('history'), quality: owner('quality') } })
  await made['history.clear']({}, 'main')
  expect(cleared).toEqual(['history', 'quality'])
})
