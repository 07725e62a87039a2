import { expect, test } from 'vitest'
import type { MediaDevice } from '../contract/ipc.ts'
import { defaultSettings, type Settings } from '../contract/settings.ts'
import { choices, createDevices, pick } from './devices.ts'

const device = (kind: MediaDevice['kind'], deviceId: string, label = deviceId): MediaDevice => ({
  kind,
  deviceId,
  label,
  groupId: '',
})
const headset = device('audioinput', 'h1', 'Headset')
const builtIn = device('audioinput', 'b1', 'Built-in')

test.each([
  ['no wish', null, { deviceId: null, missing: false }],
  ['a device that is plugged in', { deviceId: 'h1', label: 'Headset' }, { deviceId: 'h1', missing: false }],
  ['a device whose id changed', { deviceId: 'old', label: 'Headset' }, { deviceId: 'h1', missing: false }],
  ['a device whose label changed', { deviceId: 'h1', label: 'Old' }, { deviceId: 'h1', missing: false }],
  ['an id before a label', { deviceId: 'b1', label: 'Headset' }, { deviceId: 'b1', missing: false }],
  ['a device that is gone', { deviceId: 'x', label: 'Gone' }, { deviceId: null, missing: true }],
  ['a nameless device that is gone', { deviceId: 'x', label: '' }, { deviceId: null, missing: true }],
])('%s is answered by the right device', (_, wish, expected) => {
  expect(pick(wish, [builtIn, headset, device('audioinput', 'n1', '')])).toEqual(expected)
})

test('the aliases of the system default are no choices, and kinds do not mix', () => {
  const all = [
    device('audioinput', 'default'),
    device('audioinput', 'communications'),
    headset,
    device('audiooutput', 's1'),
    device('videoinput', 'c1'),
  ]
  expect(choices(all, 'microphone')).toEqual([headset])
  expect(choices(all, 'speaker').map(({ deviceId }) => deviceId)).toEqual(['s1'])
})

const devicesWith = (wish: Partial<Settings['devices']> = {}) =>
  createDevices(() => ({ ...defaultSettings.devices, ...wish }))

test('a wish is remembered while its device is away and used when it is back', () => {
  const devices = devicesWith({ microphone: { deviceId: 'h1', label: 'Headset' } })
  devices.report([builtIn])
  expect(devices.view().chosen.microphone).toMatchObject({ deviceId: null, missing: true })
  devices.report([builtIn, headset])
  expect(devices.view().chosen.microphone).toMatchObject({ deviceId: 'h1', missing: false })
})

test('a list without names, as outside a call, does not wipe what was known of that kind', () => {
  const devices = devicesWith()
  devices.report([headset, device('audiooutput', 's1')])
  devices.report([device('audioinput', '', ''), device('audiooutput', 's2')])
  expect(devices.view().available).toEqual([headset, device('audiooutput', 's2')])
})

test('an unplugged device leaves the list', () => {
  const devices = devicesWith()
  devices.report([headset])
  devices.report([])
  expect(devices.view().available).toEqual([])
})

test('the ring goes to every output that is there, by id or by label, and to none twice', () => {
  const wish = (deviceId: string, label = deviceId) => ({ deviceId, label })
  const wishes = [wish('box'), wish('gone'), wish('old', 'Headset'), wish('older', 'Headset')]
  const devices = createDevices(
    () => defaultSettings.devices,
    () => wishes,
  )
  const heard = () => devices.view().ring.map(({ deviceId }) => deviceId)
  expect(heard()).toEqual([null, null, null, null])
  devices.report([device('audiooutput', 'box'), device('audiooutput', 'h2', 'Headset'), headset])
  expect(heard()).toEqual(['box', null, 'h2', null])
  expect(devices.view().ring.map((one) => one.wish)).toEqual(wishes)
})
