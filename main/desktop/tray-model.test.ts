import { describe, expect, test } from 'vitest'
import {
  noSharing,
  type CallView,
  type CallWarning,
  type EndReason,
  type SharingView,
} from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { Hush } from '../../contract/ringing.ts'
import type { HistoryEntry, MediaDevice } from '../../contract/ipc.ts'
import { trayOf, type TrayItem, type TrayViews } from './tray-model.ts'

const callId = 'c' as CallId
const address = 'bea-address' as Address
const callIn = (
  phase: CallView['phase'],
  changes: {
    micOn?: boolean
    cameraOn?: boolean
    video?: boolean
    silenced?: boolean
    sharing?: SharingView['own']
    name?: string | null
  } = {},
) =>
  ({
    phase,
    callId,
    direction: 'out',
    peer: {
      address,
      name: 'name' in changes ? changes.name : 'Bea',
      claimedName: 'Police',
      trust: { state: 'V0' },
    },
    silenced: changes.silenced ?? false,
    media: {
      video: changes.video ?? true,
      micOn: changes.micOn ?? true,
      cameraOn: changes.cameraOn ?? false,
      sharing: { ...noSharing, own: changes.sharing ?? 'off' },
    },
    reason: 'hung-up' satisfies EndReason,
  }) as unknown as CallView

const talking = (talk: TrayViews['control']['talk']): TrayViews['control'] => ({
  talk,
  globalMute: 'off',
  globalMuteKey: '',
  startAtLoginFailed: false,
})
const noDevice = {
  wish: null,
  wishes: [],
  deviceId: null,
  isDefault: true,
  label: '',
  missing: false,
  handsFree: null,
}
const views = (changes: Partial<TrayViews> = {}): TrayViews => ({
  call: { phase: 'idle' },
  server: {
    url: 'https://a.example',
    channelBinding: false,
    state: 'online',
    code: null,
    hosting: 'off',
    guests: 0,
  },
  app: { stage: 'ready', lock: { passphrase: false } } as TrayViews['app'],
  warnings: { calls: [], codesTried: false },
  control: talking('up'),
  history: [],
  devices: {
    available: [],
    chosen: { microphone: noDevice, camera: noDevice, speaker: noDevice },
    ring: [],
    moves: [],
  },
  settings: { availability: 'available' } as TrayViews['settings'],
  ringing: { hush: null, namesHidden: false, rehearsal: null, own: [] },
  ...changes,
})
const missed = { outcome: 'missed', seen: false } as HistoryEntry
const warned = (count: number): TrayViews['warnings'] => ({
  calls: Array<CallWarning>(count).fill({ reason: 'altered' } as CallWarning),
  codesTried: false,
})
const hushed = (hush: Hush): Partial<TrayViews> => ({
  ringing: { hush, namesHidden: false, rehearsal: null, own: [] },
})
const offline = { ...views().server, state: 'offline' as const }

test.each([
  ['idle and online', {}, 'ready', 'Earshot: Ready'],
  ['idle and offline', { server: offline }, 'offline', 'Earshot: Not reachable'],
  ['missed a call', { history: [missed, missed] }, 'missed', 'Earshot: 2 missed calls'],
  [
    'has a warning to read and missed a call',
    { warnings: warned(1), history: [missed] },
    'missed',
    'Earshot: 1 warning to read',
  ],
  ['has two warnings to read', { warnings: warned(2) }, 'missed', 'Earshot: 2 warnings to read'],
  [
    'rings with a warning to read',
    { call: callIn('incoming'), warnings: warned(1) },
    'ringing',
    'Earshot: Bea is calling',
  ],
  [
    'missed a call and is offline',
    { history: [missed], server: offline },
    'missed',
    'Earshot: 1 missed call',
  ],
  ['saw the missed call', { history: [{ ...missed, seen: true }] }, 'ready', 'Earshot: Ready'],
  ['rings', { call: callIn('incoming'), history: [missed] }, 'ringing', 'Earshot: Bea is calling'],
  ['dials', { call: callIn('dialing') }, 'in-call', 'Earshot: Calling Bea'],
  ['hears the other side ring', { call: callIn('ringing') }, 'in-call', 'Earshot: Calling Bea'],
  ['connects', { call: callIn('connecting') }, 'in-call', 'Earshot: In a call with Bea'],
  ['talks', { call: callIn('talking') }, 'in-call', 'Earshot: In a call with Bea'],
  [
    'talks while the server is away',
    { call: callIn('talking'), server: offline },
    'in-call',
    'Earshot: In a call with Bea',
  ],
  [
    'is muted',
    { call: callIn('talking', { micOn: false }) },
    'muted',
    'Earshot: In a call with Bea, microphone off',
  ],
  [
    'is muted while reconnecting',
    { call: callIn('reconnecting', { micOn: false }) },
    'muted',
    'Earshot: In a call with Bea, microphone off',
  ],
  ['is not to be disturbed', hushed('do-not-disturb'), 'do-not-disturb', 'Earshot: Do not disturb'],
  ['is in quiet hours', hushed('quiet-hours'), 'do-not-disturb', 'Earshot: Quiet hours'],
  [
    'is not to be disturbed and offline',
    { ...hushed('do-not-disturb'), server: offline },
    'offline',
    'Earshot: Not reachable, do not disturb',
  ],
  [
    'missed a call while not to be disturbed',
    { ...hushed('do-not-disturb'), history: [missed] },
    'missed',
    'Earshot: 1 missed call, do not disturb',
  ],
  [
    'is called in quiet hours',
    { ...hushed('quiet-hours'), call: { ...callIn('incoming'), silenced: true } as CallView },
    'ringing',
    'Earshot: Bea is calling, quiet hours',
  ],
  [
    'is called by a favourite',
    { ...hushed('do-not-disturb'), call: { ...callIn('incoming'), silenced: false } as CallView },
    'ringing',
    'Earshot: Bea is calling',
  ],
  [
    'talks while not to be disturbed',
    { ...hushed('do-not-disturb'), call: callIn('talking') },
    'in-call',
    'Earshot: In a call with Bea',
  ],
  [
    'talks while a key is held',
    { call: callIn('talking'), control: talking('held') },
    'in-call',
    'Earshot: In a call with Bea, microphone open while you hold the key',
  ],
  [
    'has let a stuck key go',
    { call: callIn('talking', { micOn: false }), control: talking('stuck') },
    'muted',
    'Earshot: In a call with Bea, microphone off: the key seemed stuck, so Earshot let it go',
  ],
  ['has ended a call', { call: callIn('ended') }, 'ready', 'Earshot: Ready'],
] as [string, Partial<TrayViews>, string, string][])(
  'an app that %s looks so in the tray',
  (_, changes, state, tooltip) => {
    const model = trayOf(views(changes))
    expect([model.state, model.tooltip]).toEqual([state, tooltip])
  },
)

const hidden: Partial<TrayViews> = {
  ringing: { hush: null, namesHidden: true, rehearsal: null, own: [] },
}
test.each([
  ['incoming', {}, 'Earshot: Someone is calling'],
  ['incoming', { name: null }, 'Earshot: Someone is calling'],
  ['dialing', {}, 'Earshot: Calling someone'],
  ['ringing', { name: null }, 'Earshot: Calling someone'],
  ['connecting', {}, 'Earshot: In a call with someone'],
  ['talking', {}, 'Earshot: In a call with someone'],
  ['reconnecting', { micOn: false }, 'Earshot: In a call with someone, microphone off'],
  ['ended', {}, 'Earshot: Ready'],
] as const)('names nobody while the screen is locked: %s %j', (phase, changes, tooltip) => {
  const model = trayOf(views({ call: callIn(phase, changes), ...hidden }))
  expect(model.tooltip).toBe(tooltip)
  expect(JSON.stringify(model)).not.toMatch(/Bea|bea-address|Police/)
})

test('a caller who is no contact is unknown, whatever it calls itself', () => {
  const model = trayOf(views({ call: callIn('incoming', { name: null }) }))
  expect(model.tooltip).toBe('Earshot: Unknown caller is calling')
})

test('somebody dialled by address is named by the whole address', () => {
  expect(trayOf(views({ call: callIn('dialing', { name: null }) })).tooltip).toBe(
    'Earshot: Calling bea-address',
  )
})

const flat = (items: readonly TrayItem[]): readonly TrayItem[] =>
  items.flatMap((item) => [item, ...flat(item.items ?? [])])
const ids = (call: CallView) =>
  trayOf(views({ call }))
    .menu.filter(({ kind }) => kind !== 'separator')
    .map(({ id }) => id)
const find = (model: ReturnType<typeof trayOf>, id: string) => flat(model.menu).find((item) => item.id === id)

const always = ['microphone', 'speaker', 'camera', 'presence', 'open', 'quit']
const inCall = ['mute', 'camera-on', 'hang-up', ...always]
test.each([
  ['idle', always],
  ['dialing', inCall],
  ['ringing', inCall],
  ['incoming', ['answer', 'decline', 'silence', ...always]],
  ['connecting', inCall],
  ['talking', inCall],
  ['reconnecting', inCall],
  ['ended', always],
] as const)('the menu of a call that is %s offers what can be done', (phase, expected) => {
  expect(ids(callIn(phase))).toEqual(expected)
})

test('silence is offered while it rings aloud, and the camera where there are pictures', () => {
  expect(ids(callIn('incoming', { silenced: true }))).toEqual(['answer', 'decline', ...always])
  expect(ids(callIn('talking', { video: false }))).toEqual(['mute', 'hang-up', ...always])
  expect(find(trayOf(views({ call: callIn('incoming') })), 'silence')?.action).toEqual({
    type: 'command',
    command: { type: 'silence', callId },
  })
})

test.each(['choosing', 'starting', 'on'] as const)(
  'a screen that is %s is stopped from the tray',
  (sharing) => {
    expect(find(trayOf(views({ call: callIn('talking', { sharing }) })), 'stop-sharing')?.action).toEqual({
      type: 'command',
      command: { type: 'share', callId, on: false },
    })
  },
)

test.each([true, false])('with the camera %s, it is checked so and asks for the other', (cameraOn) => {
  expect(find(trayOf(views({ call: callIn('talking', { cameraOn }) })), 'camera-on')).toMatchObject({
    checked: cameraOn,
    action: { command: { type: 'camera', callId, on: !cameraOn } },
  })
})

test('answer and decline are commands for the call that rings', () => {
  const model = trayOf(views({ call: callIn('incoming') }))
  expect(find(model, 'answer')?.action).toEqual({
    type: 'command',
    command: { type: 'answer', callId, video: true },
  })
  expect(find(model, 'decline')?.action).toEqual({ type: 'command', command: { type: 'decline', callId } })
})

test.each([
  [true, false, true],
  [false, true, false],
])('with the microphone %s, mute is checked: %s and asks for: %s', (micOn, checked, on) => {
  const mute = find(trayOf(views({ call: callIn('talking', { micOn }) })), 'mute')
  expect(mute).toMatchObject({ checked, action: { command: { type: 'mute', callId, on } } })
})

describe('the menu of devices', () => {
  const device = (deviceId: string, kind: MediaDevice['kind'] = 'audioinput'): MediaDevice => ({
    deviceId,
    kind,
    label: `Label ${deviceId}`,
    groupId: '',
  })
  const withDevices = (chosen: string | null) =>
    trayOf(
      views({
        devices: {
          available: [
            device('default'),
            device('m1'),
            device('m2'),
            device('s1', 'audiooutput'),
            device('c1', 'videoinput'),
          ],
          chosen: {
            ...views().devices.chosen,
            microphone: { ...noDevice, deviceId: chosen, isDefault: chosen === null },
          },
          ring: [],
          moves: [],
        },
      }),
    )

  test('starts with the system default and lists what is plugged in', () => {
    const labels = (id: string) => find(withDevices(null), id)?.items?.map(({ label }) => label)
    expect(labels('microphone')).toEqual(['System default', 'Label m1', 'Label m2'])
    expect(labels('speaker')).toEqual(['System default', 'Label s1'])
    expect(labels('camera')).toEqual(['System default', 'Label c1'])
  })

  test.each([
    [null, 'microphone:default'],
    ['m2', 'microphone:2'],
  ])('marks %s as %s', (chosen, id) => {
    const checked = find(withDevices(chosen), 'microphone')?.items?.filter(({ checked }) => checked)
    expect(checked?.map((item) => item.id)).toEqual([id])
  })

  test('asks for a device by id and label, and for the default by nothing', () => {
    const model = withDevices(null)
    const wish = { deviceId: 'm2', label: 'Label m2' }
    expect(find(model, 'microphone:2')?.action).toEqual({ type: 'choose', role: 'microphone', wish })
    expect(find(model, 'speaker:default')?.action).toEqual({ type: 'choose', role: 'speaker', wish: null })
  })
})

test('no id stands twice in a menu', () => {
  const all = flat(trayOf(views({ call: callIn('talking') })).menu).map(({ id }) => id)
  expect(new Set(all).size).toBe(all.length)
})

test('warnings to read are in the menu, also in a call, and open the window; without one nothing is there', () => {
  const itemIn = (changes: Partial<TrayViews>) =>
    trayOf(views(changes)).menu.find(({ id }) => id === 'warnings')
  expect(itemIn({ call: callIn('talking'), warnings: warned(2) })).toMatchObject({
    label: '2 warnings to read',
    action: { type: 'open' },
  })
  expect(itemIn({})).toBeUndefined()
})

test('locking is offered where a passphrase is set and the identity is open', () => {
  const offers = (app: object) =>
    trayOf(views({ app: app as TrayViews['app'] })).menu.some(({ action }) => action?.type === 'lock')
  expect(offers({ stage: 'ready', lock: { passphrase: true } })).toBe(true)
  expect(offers({ stage: 'ready', lock: { passphrase: false } })).toBe(false)
  expect(offers({ stage: 'locked', lock: { passphrase: true } })).toBe(false)
})

test.each(['available', 'do-not-disturb', 'invisible'] as const)(
  'somebody who is %s sees that in the menu, and can choose the others',
  (availability) => {
    const model = trayOf(views({ settings: { availability } as TrayViews['settings'] }))
    const items = find(model, 'presence')?.items ?? []
    expect(items.map(({ label }) => label)).toEqual(['Available', 'Do not disturb', 'Invisible'])
    expect(items.filter(({ checked }) => checked).map(({ id }) => id)).toEqual([`presence:${availability}`])
    expect(items.map(({ action }) => action)).toEqual(
      (['available', 'do-not-disturb', 'invisible'] as const).map((wanted) => ({
        type: 'be',
        availability: wanted,
      })),
    )
  },
)
