import * as fc from 'fast-check'
import type * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { PhoneError } from '../contract/errors.ts'
import { requestSchemas } from '../contract/ipc.ts'
import { requestNames, type RequestName } from '../contract/ipc-names.ts'
import { createRegistry, type Actions } from './ipc-registry.ts'

/** Actions that only note that they were reached. */
function registryWith(action: () => unknown = () => null) {
  const reached: RequestName[] = []
  const bugs: unknown[] = []
  const refused: string[] = []
  const actions = Object.fromEntries(
    requestNames.map((name) => [
      name,
      () => {
        reached.push(name)
        return action()
      },
    ]),
  ) as unknown as Actions
  return {
    registry: createRegistry({
      actions,
      onRefused: (code) => refused.push(code),
      onBug: (error) => bugs.push(error),
    }),
    reached,
    bugs,
    refused,
  }
}

const callId = 'A'.repeat(22)
const address = 'a'.repeat(56)
const accept = { type: 'answer', callId, video: false }

const good: { readonly [N in RequestName]: v.InferInput<(typeof requestSchemas)[N]> } = {
  snapshot: {},
  'call.command': { type: 'dial', address, video: false },
  'call.warm': { address },
  'link.certified': { callId, fingerprint: fingerprint('A') },
  'link.prepared': { callId, ok: false, code: 'mic-denied' },
  'link.signal': { callId, signal: { type: 'offer', sdp: 'v=0' } },
  'link.bind': { callId, own: fingerprint('A'), seen: fingerprint('B') },
  'link.frame': { callId, data: '{}' },
  'link.measured': {
    callId,
    connection: 'connected',
    own: null,
    seen: null,
    dtlsVersion: null,
    dtlsCipher: null,
    srtpCipher: null,
    path: null,
    relay: { found: false, sought: false, url: null },
    traffic: {
      audioPacketsSent: 1,
      audioPacketsReceived: 1,
      audioEnergyReceived: 0.5,
      framesSent: 0,
      framesDecoded: 0,
    },
    frames: {
      worker: {
        sealed: { audio: 1, video: 0, screen: 0 },
        opened: { audio: 1, video: 0, screen: 0 },
        refused: { audio: 0, video: 0, screen: 0 },
        repeated: 2,
      },
      transport: {
        audioPacketsSent: 1,
        audioFramesPlayed: 1,
        videoFramesSent: 0,
        videoFramesDecoded: 0,
        screenFramesSent: 0,
        screenFramesDecoded: 0,
      },
    },
  },
  'link.failed': { callId, code: 'link-failed' },
  'link.screen': { callId, state: 'on' },
  'screen.sources': {},
  'screen.choose': { id: 'screen:0:0' },
  'network.online': {},
  'frames.tested': { passed: true },
  'devices.report': { devices: [{ deviceId: 'd', kind: 'audioinput', label: 'Mic', groupId: 'g' }] },
  'devices.prefer': { role: 'microphone', wish: { deviceId: 'd', label: 'Mic' } },
  'devices.test': { on: true },
  'devices.scan': { on: true },
  'identity.create': { name: 'Bea', passphrase: null },
  'identity.retry': {},
  'identity.passphrase': { present: null, next: 'correct horse' },
  'identity.renew': { present: null },
  'identity.erase': {},
  'backup.save': { present: null, passphrase: 'correct horse' },
  'backup.choose': {},
  'backup.read': { passphrase: 'correct horse' },
  'backup.restore': { passphrase: null },
  'identity.unlock': { passphrase: 'correct horse' },
  'server.use': { url: 'https://calls.example.org', channelBinding: false },
  'server.host': {},
  'server.retry': {},
  'relay.use': { urls: 'turn:relay.example.org', username: 'me', credential: 'x' },
  'relay.forget': {},
  'relay.test': {},
  'contacts.add': { address, name: 'Bea', server: null },
  'contacts.rename': { address, name: 'Bea' },
  'contacts.tone': { address, tone: null },
  'contacts.favourite': { address, on: true },
  'contacts.remove': { address },
  'contacts.block': { address },
  'contacts.unblock': { address },
  'contacts.read': { text: address },
  'contacts.succeed': { address },
  'contacts.safety-number': { address },
  'contacts.verify': { address, how: 'number', same: true },
  'contacts.unverify': { address },
  'contacts.scan': { address, text: 'SP1V1:' },
  'chat.command': { type: 'text', callId, text: 'hello' },
  'chat.report': { type: 'opened', callId, link: 1 },
  'chat.link': { url: 'https://example.org/' },
  'chat.save': { callId, id: `${'A'.repeat(21)}Q` },
  'chat.write': { saving: 1, bytes: new Uint8Array(3) },
  'chat.saved': { saving: 1, whole: true },
  'chat.keep': { callId },
  'warnings.dismiss': { callId, address },
  'quality.keep': {
    record: { beganAtMs: 0, seconds: 60, path: null, transport: null, limits: [], causes: [], points: [] },
  },
  'quality.list': {},
  'quality.save': { id: 'one' },
  'quality.clear': {},
  'check.relays': {},
  'history.seen': {},
  'history.remove': { id: 'x' },
  'history.clear': {},
  'settings.change': { theme: 'dark' },
  'ring.rehearse': { on: true, tone: 'bell' },
  'ringtones.choose': {},
  'ringtones.read': { id: 'a'.repeat(32) },
  'ringtones.keep': { id: 'a'.repeat(32) },
  'ringtones.remove': { id: 'a'.repeat(32) },
  'ringtones.failed': { id: 'a'.repeat(32) },
  'clipboard.write': { text: 'x' },
  'app.quit': {},
}
const ofThePicker: readonly RequestName[] = ['screen.sources', 'screen.choose']
const ownerOf = (name: RequestName) => (ofThePicker.includes(name) ? 'picker' : 'main')

function fingerprint(digit: string) {
  return `sha-256 ${Array.from({ length: 32 }, () => digit + digit).join(':')}`
}

describe.each(requestNames)('E15 %s', (name) => {
  const owner = ownerOf(name)

  test('is answered to the window it is for with what its action gives', async () => {
    const { registry, reached } = registryWith(() => 'answer')
    expect(await registry.answer(name, owner, good[name])).toEqual({ ok: true, value: 'answer' })
    expect(reached).toEqual([name])
  })

  test('is refused to everybody who is not a window of ours', async () => {
    const { registry, reached } = registryWith()
    expect(await registry.answer(name, null, good[name])).toEqual({ ok: false, code: 'forbidden' })
    expect(reached).toEqual([])
  })

  test.each([undefined, null, 7, 'x', [[]]])('is refused for %j', async (payload) => {
    const { registry, reached } = registryWith()
    expect(await registry.answer(name, owner, payload)).toEqual({ ok: false, code: 'bad-request' })
    expect(reached).toEqual([])
  })

  test('with an entry too many is refused', async () => {
    const { registry, reached } = registryWith()
    const more = { ...(good[name] as object), more: 1 }
    expect(await registry.answer(name, owner, more)).toEqual({ ok: false, code: 'bad-request' })
    expect(reached).toEqual([])
  })

  test('answers whatever is thrown at it, and never rejects', async () => {
    const { registry, reached, bugs } = registryWith()
    const anything = fc.anything({
      withBigInt: true,
      withMap: true,
      withTypedArray: true,
      withNullPrototype: true,
    })
    const near = fc
      .tuple(fc.constantFrom(...Object.keys(good[name] as object), '__proto__', 'type'), anything)
      .map(([key, value]) => ({ ...(good[name] as object), [key]: value }))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anything, near),
        fc.constantFrom('main', 'alert', 'picker', null),
        async (payload, role) => {
          reached.length = 0
          const answer = await registry.answer(name, role, payload)
          // What reached its action was allowed to and was answered so; all else changed nothing.
          expect(answer.ok).toBe(reached.length === 1)
          if (!answer.ok) expect(['bad-request', 'forbidden']).toContain(answer.code)
        },
      ),
      { numRuns: 300 },
    )
    expect(bugs).toEqual([])
  })
})

test('E15 the alert window may look, answer, decline and silence, and nothing else', async () => {
  const { registry, reached } = registryWith()
  for (const name of requestNames) await registry.answer(name, 'alert', good[name])
  expect(reached).toEqual(['snapshot'])
  reached.length = 0
  for (const type of ['decline', 'silence', 'hang-up', 'dismiss']) {
    await registry.answer('call.command', 'alert', { type, callId })
  }
  await registry.answer('call.command', 'alert', accept)
  await registry.answer('call.command', 'alert', { type: 'mute', callId, on: false })
  expect(reached).toEqual(['call.command', 'call.command', 'call.command'])
})

test('E15 the picker may look and choose a screen, and nobody else may do that', async () => {
  const { registry, reached } = registryWith()
  for (const name of requestNames) await registry.answer(name, 'picker', good[name])
  expect(reached).toEqual(['snapshot', ...ofThePicker])
  reached.length = 0
  for (const role of ['main', 'alert', null] as const)
    for (const name of ofThePicker) await registry.answer(name, role, good[name])
  expect(reached).toEqual([])
})

test('E15 refusals are told by their code, to be counted', async () => {
  const { registry, refused } = registryWith()
  await registry.answer('snapshot', null, {})
  await registry.answer('snapshot', 'main', 1)
  await registry.answer('snapshot', 'main', null)
  expect(refused).toEqual(['forbidden', 'bad-request', 'bad-request'])
})

test('E15 a payload that throws while it is read is a bad request', async () => {
  const { registry } = registryWith()
  const trap = Object.defineProperty({}, 'text', {
    enumerable: true,
    get: () => {
      throw new Error('trap')
    },
  })
  expect(await registry.answer('clipboard.write', 'main', trap)).toEqual({ ok: false, code: 'bad-request' })
})

test('a failure of the world is its code, a bug is reported and tells the page nothing', async () => {
  const world = registryWith(() => {
    throw new PhoneError('already-contact')
  })
  expect(await world.registry.answer('snapshot', 'main', {})).toEqual({ ok: false, code: 'already-contact' })
  expect(world.bugs).toEqual([])

  const bug = new Error('secret path')
  const broken = registryWith(() => Promise.reject(bug))
  expect(await broken.registry.answer('snapshot', 'main', {})).toEqual({ ok: false, code: 'internal' })
  expect(broken.bugs).toEqual([bug])
})
