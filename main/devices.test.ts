import { describe, expect, test } from 'vitest'
import { createVirtualClock } from './call/virtual-clock.ts'
import type { MediaDevice } from '../contract/ipc.ts'
import { defaultSettings, maxWishes, type DeviceWishes, type Settings } from '../contract/settings.ts'
import { choices, createDevices, isHandsFree, pick, prefer } from './devices.ts'

const device = (
  kind: MediaDevice['kind'],
  deviceId: string,
  label = deviceId,
  groupId = '',
): MediaDevice => ({ kind, deviceId, label, groupId })
const headset = device('audioinput', 'h1', 'Headset')
const builtIn = device('audioinput', 'b1', 'Built-in')
const usb = device('audioinput', 'u1', 'USB')
const wishFor = ({ deviceId, label }: MediaDevice) => ({ deviceId, label })
const gone = { deviceId: 'x', label: 'Gone' }

test.each<[string, DeviceWishes, string | null, boolean]>([
  ['no wish', [], null, false],
  ['a device that is plugged in', [wishFor(headset)], 'h1', false],
  ['a device whose id changed', [{ deviceId: 'old', label: 'Headset' }], 'h1', false],
  ['a device whose label changed', [{ deviceId: 'h1', label: 'Old' }], 'h1', false],
  ['an id before a label', [{ deviceId: 'b1', label: 'Headset' }], 'b1', false],
  ['a device that is gone', [gone], null, true],
  ['a nameless device that is gone', [{ deviceId: 'x', label: '' }], null, true],
  ['the first of two', [wishFor(headset), wishFor(builtIn)], 'h1', false],
  ['the second, when the first is gone', [gone, wishFor(builtIn)], 'b1', true],
  ['the default before what comes after it', [null, wishFor(headset)], null, false],
  ['the default, when what comes before it is gone', [gone, null, wishFor(headset)], null, true],
])('%s is answered by the right device', (_, wishes, deviceId, missing) => {
  const picked = pick(wishes, [builtIn, headset, device('audioinput', 'n1', '')])
  expect([picked.device?.deviceId ?? null, picked.missing]).toEqual([deviceId, missing])
})

test.each<[string, DeviceWishes, DeviceWishes[number], DeviceWishes]>([
  ['comes first', [wishFor(usb)], wishFor(headset), [wishFor(headset), wishFor(usb)]],
  [
    'comes first and stands once',
    [wishFor(usb), wishFor(headset)],
    wishFor(headset),
    [wishFor(headset), wishFor(usb)],
  ],
  ['has its new id', [{ deviceId: 'old', label: 'USB' }, null], wishFor(usb), [wishFor(usb), null]],
  [
    'may be the default',
    [wishFor(usb), null, wishFor(headset)],
    null,
    [null, wishFor(usb), wishFor(headset)],
  ],
  [
    'may be nameless',
    [{ deviceId: 'n1', label: '' }],
    { deviceId: 'n2', label: '' },
    [
      { deviceId: 'n2', label: '' },
      { deviceId: 'n1', label: '' },
    ],
  ],
])('what is chosen %s', (_, wishes, first, expected) => expect(prefer(wishes, first)).toEqual(expected))

test('no more wishes are kept than there may be, and the oldest go', () => {
  const wishes = Array.from({ length: 12 }, (_, n) => ({
    deviceId: `d${n}`,
    label: `D${n}`,
  })).reduce<DeviceWishes>((kept, wish) => prefer(kept, wish), [])
  expect(wishes).toHaveLength(maxWishes)
  expect([wishes[0], wishes.at(-1)]).toMatchObject([{ deviceId: 'd11' }, { deviceId: 'd4' }])
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

function computer(wish: Partial<Settings['devices']> = {}, callId: string | null = null) {
  const clock = createVirtualClock()
  const state = {
    wishes: { ...defaultSettings.devices, ...wish },
    rings: defaultSettings.ringOutputs,
    callId,
  }
  const devices = createDevices(
    () => state.wishes,
    () => state.rings,
    { current: () => state.callId, clock },
  )
  return { ...devices, state, clock, used: () => devices.view().chosen, moves: () => devices.view().moves }
}

test('a wish is remembered while its device is away and used when it is back', () => {
  const one = computer({ microphone: [wishFor(headset)] })
  one.report([builtIn])
  expect(one.used().microphone).toMatchObject({ deviceId: null, isDefault: true, missing: true })
  one.report([builtIn, headset])
  expect(one.used().microphone).toMatchObject({ deviceId: 'h1', isDefault: false, missing: false })
})

test('a list without names, as outside a call, does not wipe what was known of that kind', () => {
  const one = computer()
  one.report([headset, device('audiooutput', 's1')])
  one.report([device('audioinput', '', ''), device('audiooutput', 's2')])
  expect(one.view().available).toEqual([headset, device('audiooutput', 's2')])
})

test('an unplugged device leaves the list', () => {
  const one = computer()
  one.report([headset])
  one.report([])
  expect(one.view().available).toEqual([])
})

describe('the default of the system', () => {
  test.each([
    ['its name', device('audioinput', 'default', 'Default - Headset'), 'h1'],
    ['its name in another language', device('audioinput', 'default', 'Standard - Headset'), 'h1'],
    ['its group', device('audioinput', 'default', 'Default', 'one'), 'u1'],
    ['neither', device('audioinput', 'default', 'Default', 'other'), null],
    ['a group of two', device('audioinput', 'default', 'Default', 'two'), null],
    ['no entry', device('audiooutput', 'default', 'Default - Headset'), null],
  ])('is the microphone that %s tells', (_, alias, expected) => {
    const one = computer()
    const two = ['a', 'b'].map((id) => device('audioinput', id, id, 'two'))
    one.report([headset, builtIn, device('audioinput', 'u1', 'USB', 'one'), ...two], [alias])
    expect(one.used().microphone).toMatchObject({ deviceId: expected, isDefault: true, missing: false })
  })
  test('is left to Chromium where sound comes out, which follows by itself', () => {
    const one = computer()
    one.report([device('audiooutput', 's1', 'Box')], [device('audiooutput', 'default', 'Default - Box')])
    expect(one.used().speaker).toMatchObject({ deviceId: null, isDefault: true, label: 'Box' })
  })
  test('moves a call that runs, and says so', () => {
    const one = computer({}, 'call')
    one.report([headset, builtIn], [device('audioinput', 'default', 'Default - Headset')])
    one.report([headset, builtIn], [device('audioinput', 'default', 'Default - Built-in')])
    expect(one.used().microphone.deviceId).toBe('b1')
    expect(one.moves()).toMatchObject([
      { role: 'microphone', why: 'default', from: 'Headset', to: 'Built-in' },
    ])
  })
})

describe('in a call', () => {
  const wishes = { microphone: [wishFor(headset), wishFor(usb)] }
  const calling = () => {
    const one = computer(wishes, 'call')
    one.report([headset, usb, builtIn])
    return one
  }
  test('an unplugged microphone gives way to the next wish, and that is said for a while', async () => {
    const one = calling()
    expect(one.moves()).toEqual([])
    one.report([usb, builtIn])
    expect(one.used().microphone).toMatchObject({ deviceId: 'u1', missing: true })
    expect(one.moves()).toMatchObject([{ role: 'microphone', why: 'unplugged', from: 'Headset', to: 'USB' }])
    await one.clock.advance(15_000)
    expect(one.moves()).toEqual([])
  })
  test('a better wish is taken again as soon as it is plugged in', () => {
    const one = calling()
    one.report([usb, builtIn])
    one.report([usb, builtIn, headset])
    expect(one.used().microphone).toMatchObject({ deviceId: 'h1', missing: false })
    expect(one.moves()).toMatchObject([{ why: 'plugged-in', from: 'USB', to: 'Headset' }])
  })
  test('a speaker that is unplugged and has no successor is followed by the default', () => {
    const box = device('audiooutput', 's1', 'Box')
    const one = computer({ speaker: [wishFor(box)] }, 'call')
    one.report([box])
    one.report([device('audiooutput', 's2', 'Other')])
    expect(one.used().speaker).toMatchObject({ deviceId: null, missing: true })
    expect(one.moves()).toMatchObject([{ role: 'speaker', why: 'unplugged', from: 'Box', to: '' }])
  })
  test('what a person chooses is no news to them', () => {
    const one = calling()
    one.state.wishes = { ...one.state.wishes, microphone: [wishFor(builtIn)] }
    one.report([headset, usb, builtIn])
    expect(one.moves()).toEqual([])
  })
  test('nothing is said of devices that are only now known, nor outside a call', () => {
    const one = computer(wishes)
    one.report([headset, usb])
    one.report([usb])
    expect(one.moves()).toEqual([])
    one.state.callId = 'call'
    expect(one.moves()).toEqual([])
  })
  test('the camera stays when a better one is plugged in, and the next call has the better one', () => {
    const [best, good] = [device('videoinput', 'c1', 'Best'), device('videoinput', 'c2', 'Good')]
    const one = computer({ camera: [wishFor(best), wishFor(good)] }, 'call')
    one.report([good])
    one.report([good, best])
    expect(one.used().camera.deviceId).toBe('c2')
    one.state.callId = 'next call'
    one.report([good, best])
    expect(one.used().camera.deviceId).toBe('c1')
    one.report([good])
    expect(one.used().camera.deviceId).toBe('c2')
  })
  test('the camera changes at once when a person chooses another', () => {
    const [best, good] = [device('videoinput', 'c1', 'Best'), device('videoinput', 'c2', 'Good')]
    const one = computer({ camera: [wishFor(best)] }, 'call')
    one.report([good, best])
    one.state.wishes = { ...one.state.wishes, camera: [wishFor(good), wishFor(best)] }
    expect(one.used().camera.deviceId).toBe('c2')
  })
})

test('the ring goes to every output that is there, by id or by label, and to none twice', () => {
  const wish = (deviceId: string, label = deviceId) => ({ deviceId, label })
  const wishes = [wish('box'), wish('gone'), wish('old', 'Headset'), wish('older', 'Headset')]
  const one = computer()
  one.state.rings = wishes
  const heard = () => one.view().ring.map(({ deviceId }) => deviceId)
  expect(heard()).toEqual([null, null, null, null])
  one.report([device('audiooutput', 'box'), device('audiooutput', 'h2', 'Headset'), headset])
  expect(heard()).toEqual(['box', null, 'h2', null])
  expect(one.view().ring.map(({ wish }) => wish)).toEqual(wishes)
})

describe('a Bluetooth microphone', () => {
  const wired = device('audioinput', 'w', 'USB Headset', 'wired')
  test.each([
    ['Windows', device('audioinput', 'm', 'Headset (WH-1000XM4 Hands-Free AG Audio)'), true],
    ['macOS', device('audioinput', 'm', 'AirPods Pro (Bluetooth)'), true],
    ['BlueZ', device('audioinput', 'm', 'Headset Head Unit (HSP/HFP)'), true],
    ['its own output', device('audioinput', 'm', 'WH-1000XM4', 'bt'), true],
    ['a headset on a cable', wired, false],
    ['a microphone without a group', device('audioinput', 'm', 'WH-1000XM4'), false],
    ['a microphone with part of a word in its name', device('audioinput', 'm', 'Unhandsfreed HFPX'), false],
  ])('is known by %s', (_, microphone, expected) => {
    const outputs = [
      device('audiooutput', 'o1', 'WH-1000XM4 (Bluetooth)', 'bt'),
      device('audiooutput', 'o2', 'USB Headset', 'wired'),
      device('audiooutput', 'o3', 'Bluetooth box', ''),
    ]
    expect(isHandsFree(microphone, [microphone, ...outputs])).toBe(expected)
  })
  test('is told with another one to take, where there is one', () => {
    const airpods = device('audioinput', 'm', 'AirPods (Bluetooth)')
    const one = computer({ microphone: [wishFor(airpods)] })
    one.report([airpods])
    expect(one.used().microphone.handsFree).toEqual({ instead: null })
    one.report([airpods, wired])
    expect(one.used().microphone.handsFree).toEqual({ instead: wired })
    one.state.wishes = { ...one.state.wishes, microphone: [wishFor(wired)] }
    expect(one.used().microphone.handsFree).toBeNull()
  })
})
