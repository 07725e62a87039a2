// The settings, section by section, and what they open.
import { blocked, contacts, ready, withHeadset } from './sample-views.ts'
import { at, click, inSettings, locked, moved, type Scene } from './scene.ts'

const boxSpeakers = { deviceId: 'box', kind: 'audiooutput', label: 'Box speakers', groupId: 'two' } as const

export const settingsScenes: readonly Scene[] = [
  {
    name: 'settings-control',
    views: {
      ...ready,
      settings: { ...ready.settings, pushToTalk: true, globalMute: true },
      control: { ...ready.control, globalMute: 'taken' },
    },
    steps: inSettings('control'),
  },
  {
    name: 'settings-home',
    views: { ...ready, control: { ...ready.control, startAtLoginFailed: true } },
    steps: inSettings('computer'),
  },
  { name: 'settings', views: ready, steps: click('settings-open') },
  { name: 'settings-look', views: ready, steps: inSettings('look') },
  { name: 'settings-devices', views: ready, steps: inSettings('devices') },
  { name: 'settings-server', views: ready, steps: inSettings('server') },
  { name: 'settings-server-change', views: ready, steps: inSettings('server', 'change-server') },
  { name: 'settings-lock', views: ready, steps: inSettings('key') },
  { name: 'settings-about', views: ready, steps: inSettings('about') },
  {
    name: 'settings-ringing',
    views: {
      ...ready,
      settings: { ...ready.settings, whoMayRing: 'unknown-silent', presence: true },
      blocked: [blocked.bob, blocked.stranger, blocked.long],
    },
    steps: inSettings('callers'),
  },
  {
    name: 'settings-ring-sound',
    views: {
      ...ready,
      devices: {
        ...ready.devices,
        available: [...ready.devices.available, boxSpeakers],
        ring: [
          { wish: { deviceId: 'box', label: 'Box speakers' }, deviceId: 'box' },
          { wish: { deviceId: 'gone', label: contacts.long.name }, deviceId: null },
        ],
      },
      settings: { ...ready.settings, ringTone: 'harp' },
      ringing: {
        hush: 'quiet-hours',
        namesHidden: false,
        rehearsal: null,
        own: [
          { id: 'a'.repeat(32), name: 'Morning birds', plays: true },
          { id: 'b'.repeat(32), name: contacts.long.name, plays: false },
        ],
      },
    },
    steps: inSettings('ringing'),
  },
  {
    name: 'settings-quiet',
    views: {
      ...ready,
      settings: {
        ...ready.settings,
        availability: 'do-not-disturb',
        quietHours: { ...ready.settings.quietHours, on: true, days: [1, 2, 3, 4, 5] },
      },
      ringing: { hush: 'do-not-disturb', namesHidden: false, rehearsal: null, own: [] },
    },
    steps: at('ringing', 'quiet-settings'),
  },
  {
    name: 'settings-reach',
    views: ready,
    steps: inSettings('reach'),
  },
  {
    name: 'settings-reach-always',
    views: {
      ...ready,
      settings: { ...ready.settings, relay: { use: 'always', directToVerified: true } },
      relay: { own: ['turns:relay.example.org:5349', 'turn:a-rather-long-relay-name.calls.example.org'] },
    },
    steps: inSettings('reach'),
  },
  {
    name: 'own-relay',
    views: ready,
    answers: { 'relay.use': { ok: false, code: 'relay-url-invalid' } },
    steps: async (page) => {
      await inSettings('reach', 'own-relay-enter')(page)
      await page.getByTestId('own-relay-urls').fill('https://relay.example.org')
      await page.getByTestId('own-relay-save').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'settings-presence',
    views: ready,
    steps: inSettings('privacy'),
  },
  {
    name: 'settings-strict',
    views: { ...ready, settings: { ...ready.settings, padPictures: true } },
    steps: at('privacy', 'pad-pictures', 'center'),
  },
  ...([true, false] as const).map((bestEffort): Scene => ({
    name: bestEffort ? 'settings-capture-best-effort' : 'settings-capture',
    views: {
      ...ready,
      app: { ...ready.app, contentProtection: { on: !bestEffort, bestEffort } },
      settings: { ...ready.settings, hideNamesWhenLocked: true },
    },
    steps: at('privacy', 'content-protection', 'center'),
  })),
  {
    name: 'settings-test',
    views: ready,
    steps: at('devices', 'camera-preview', 'end', 'device-test'),
  },
  {
    name: 'settings-hands-free',
    views: { ...ready, devices: withHeadset },
    steps: inSettings('devices'),
  },
  {
    name: 'settings-echo',
    views: { ...ready, relay: { own: ['turn:relay.example.org'] } },
    steps: at('devices', 'echo-test', 'center'),
  },
  {
    name: 'settings-echo-on',
    views: ready,
    steps: at('devices', 'echo-stop', 'center', 'echo-start'),
  },
  {
    name: 'settings-key',
    views: locked,
    steps: at('key', 'erase', 'end'),
  },
  { name: 'lock-set', views: ready, steps: inSettings('key', 'lock-set') },
  {
    name: 'lock-change',
    views: locked,
    answers: { 'identity.passphrase': { ok: false, code: 'passphrase-wrong' } },
    steps: async (page) => {
      await inSettings('key', 'lock-change')(page)
      await page.getByTestId('present-passphrase').fill('wrong')
      await page.getByTestId('passphrase').fill('eight characters')
      await page.getByTestId('passphrase-repeat').fill('eight characters')
      await page.getByTestId('lock-save').click()
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'lock-remove', views: locked, steps: inSettings('key', 'lock-remove') },
  {
    name: 'backup',
    views: ready,
    steps: async (page) => {
      await inSettings('key', 'backup-open')(page)
      await page.getByTestId('passphrase').fill('eight characters')
      await page.getByTestId('passphrase-repeat').fill('eight character')
      await page.getByTestId('backup-save').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'settings-new-address',
    views: ready,
    steps: at('key', 'renew-settings', 'center'),
  },
  {
    name: 'new-address',
    views: locked,
    answers: { 'identity.renew': { ok: false, code: 'passphrase-wrong' } },
    steps: async (page) => {
      await inSettings('key', 'renew-open')(page)
      await page.getByTestId('present-passphrase').fill('wrong')
      await page.getByTestId('renew-go').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'new-address-done',
    views: moved,
    answers: { 'identity.renew': { ok: true, value: { renewed: true } } },
    steps: async (page) => {
      await inSettings('key', 'renew-open', 'renew-go')(page)
      await page.getByTestId('renew-form').waitFor({ state: 'hidden' })
      await page.getByTestId('renew-copy').evaluate((button) => button.scrollIntoView({ block: 'center' }))
    },
  },
]
