import { expect, test } from 'vitest'
import type { ViewPush, Views } from '../contract/ipc.ts'
import { createViews, type Readers } from './views.ts'

function board() {
  const truth = {
    app: {
      version: '1',
      profile: null,
      stage: 'ready',
      passphraseNeeded: false,
      frameTest: 'passed',
      contentProtection: null,
      lock: { passphrase: false, keyring: null, recorded: null, passwordStore: null },
      setAside: [],
    },
    identity: null,
    server: { url: null, channelBinding: false, state: 'none', code: null, hosting: 'off', guests: 0 },
    relay: { own: null },
    contacts: [],
    blocked: [],
    history: [],
    call: { phase: 'idle' },
    chat: null,
    warnings: { calls: [], codesTried: false },
    devices: {} as Views['devices'],
    settings: {
      name: 'Bea',
      ringTone: 'chime',
      voice: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      ringVolume: 1,
      theme: 'system',
      moreContrast: false,
      language: 'system',
      spokenLanguage: 'en',
      whoMayRing: 'anyone',
      presence: false,
      availability: 'available',
      quietHours: { on: false, days: [], fromMinute: 0, toMinute: 0 },
      favouritesThrough: false,
      padPictures: false,
      hideNamesWhenLocked: false,
      dataSaver: false,
      mirrorOwn: true,
      relay: { use: 'automatic', directToVerified: true },
      pushToTalk: false,
      globalMute: false,
      startAtLogin: false,
      forgetCalls: false,
      tourSeen: false,
    },
    ringing: { hush: null, namesHidden: false, rehearsal: null, own: [] },
    control: { talk: 'up', globalMute: 'off', globalMuteKey: '', startAtLoginFailed: false },
  } as { -readonly [S in keyof Views]: Views[S] }
  const readers = Object.fromEntries(
    Object.keys(truth).map((slice) => [slice, () => truth[slice as keyof Views]]),
  ) as unknown as Readers
  const sent: (ViewPush & { role: string })[] = []
  return { truth, sent, views: createViews(readers, (push, role) => sent.push({ ...push, role })) }
}

test('a slice is pushed whole, once for each difference, with a version that grows', () => {
  const { truth, sent, views } = board()
  views.changed('server')
  views.changed('server')
  truth.server = { ...truth.server, state: 'online' }
  views.changed('server', 'contacts')
  expect(sent.map(({ slice, role }) => [slice, role])).toEqual([
    ['server', 'main'],
    ['server', 'main'],
    ['contacts', 'main'],
  ])
  expect(sent[1]?.value).toEqual({ ...truth.server, state: 'online' })
  expect(sent.map(({ version }) => version)).toEqual([1, 2, 3])
})

test('the alert window gets the call, the settings and how it rings, pushed and in its snapshot', () => {
  const { sent, views } = board()
  views.changed('call', 'settings', 'contacts', 'history', 'identity', 'server', 'app', 'ringing')
  expect(sent.filter(({ role }) => role === 'alert').map(({ slice }) => slice)).toEqual([
    'call',
    'settings',
    'ringing',
  ])
  expect(Object.keys(views.snapshot('alert'))).toEqual(['call', 'settings', 'ringing'])
  expect(Object.keys(views.snapshot('main'))).toHaveLength(14)
})

test('those who derive from a view hear which slice changed', () => {
  const { truth, views } = board()
  const heard: string[] = []
  const stop = views.onChange((slice) => heard.push(slice))
  views.changed('settings')
  views.changed('settings')
  stop()
  truth.settings = { ...truth.settings, theme: 'dark' }
  views.changed('settings')
  expect(heard).toEqual(['settings'])
})
