// Every screen once: the truth it shows and the steps that lead to it. Read by the screen tests and for pictures.
import type { Page } from '@playwright/test'
import { noSharing, type MediaView, type SharingView } from '../../contract/call-view.ts'
import type { LockView, Views } from '../../contract/ipc.ts'
import { ownTone } from '../../contract/ringing.ts'
import type { SettingsSection } from '../../renderer/stores/settings-section.ts'
import { doctorScenes } from './doctor-scenes.ts'
import type { FakeShell } from './fake-shell.ts'
import { qrPng } from '../qr-picture.ts'
import { chatScenes } from './chat-scenes.ts'
import {
  blocked,
  calls,
  contacts,
  empty,
  firstRun,
  hostileNote,
  peers,
  ready,
  relayed,
  relayUnavailable,
  safetyNumber,
  sampleNowMs,
  unmeasured,
  withHeadset,
  warnings,
} from './sample-views.ts'

export interface Scene {
  readonly name: string
  readonly views: Views
  readonly page?: 'alert.html' | 'picker.html'
  readonly answers?: FakeShell['answers']
  readonly steps?: (page: Page) => Promise<unknown>
}

/** What a screen may look like, in one colour. */
const onePixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC'
const toShare: FakeShell['answers'] = {
  'screen.sources': {
    ok: true,
    value: [
      { id: 'screen:0:0', kind: 'screen', name: 'Screen 1', picture: onePixel },
      { id: 'screen:1:0', kind: 'screen', name: 'Screen 2', picture: onePixel },
      { id: 'window:1:0', kind: 'window', name: 'Quarterly figures '.repeat(12), picture: onePixel },
      { id: 'window:2:0', kind: 'window', name: '', picture: null },
    ],
  },
}
const sharing = (own: Partial<SharingView>, more: Partial<MediaView> = {}) =>
  inCall(
    calls.live(peers.ada, {
      media: { ...calls.live(peers.ada).media, ...more, sharing: { ...noSharing, ...own } },
    }),
  )

const withNumber: FakeShell['answers'] = { 'contacts.safety-number': { ok: true, value: safetyNumber } }
const inCall = (call: Views['call']): Views => ({ ...ready, call })
const click = (id: string) => (page: Page) => page.getByTestId(id).first().click()

async function toIdentity(page: Page): Promise<void> {
  await page.getByTestId('first-run-name').fill('Mary')
  await page.getByTestId('first-run-next').click()
  await page.getByTestId('first-run-next').click()
}
async function toServer(page: Page): Promise<void> {
  await toIdentity(page)
  await page.getByTestId('passphrase').fill('eight characters')
  await page.getByTestId('passphrase-repeat').fill('eight characters')
  await page.getByTestId('first-run-next').click()
  await page.getByTestId('server-url').fill('http://calls.example.org')
  await page.getByTestId('use-server').click()
  await page.getByRole('alert').waitFor()
}

const boxSpeakers = { deviceId: 'box', kind: 'audiooutput', label: 'Box speakers', groupId: 'two' } as const
/** A tone that is on another computer. */
const absentTone = ownTone('c'.repeat(32))

const stage = (stage: Views['app']['stage'], lock: Partial<LockView> = {}): Views => ({
  ...firstRun,
  app: { ...firstRun.app, stage, lock: { ...firstRun.app.lock, ...lock } },
})
const gnome = { recorded: 'gnome_libsecret', passwordStore: 'gnome-libsecret' } as const
const withKeyring: Views = { ...firstRun, app: { ...ready.app, stage: 'first-run' } }
const locked: Views = {
  ...ready,
  app: { ...ready.app, lock: { ...ready.app.lock, passphrase: true } },
}

const moved: Views = {
  ...ready,
  identity: ready.identity && {
    ...ready.identity,
    successorLink: `${ready.identity.link}&was=${'Wm9sZA'.repeat(37)}`,
  },
}

const backupOf = (name: string): FakeShell['answers'] => ({
  'backup.choose': { ok: true, value: { file: 'Earshot 2026-11-20.earshot-backup' } },
  'backup.read': {
    ok: true,
    value: { address: contacts.ada.address, name, contacts: 12, madeAtMs: sampleNowMs - 86_400_000 },
  },
})
async function toBackupPassphrase(page: Page): Promise<void> {
  await page.getByTestId('restore-start').click()
  await page.getByTestId('restore-choose').click()
  await page.getByTestId('backup-passphrase').fill('a throw-away passphrase')
  await page.getByTestId('restore-open').click()
}
async function toRestore(page: Page): Promise<void> {
  await toBackupPassphrase(page)
  await page.getByTestId('restore-name').waitFor()
}
/** Opens a section of the settings and clicks these in it. */
const inSettings =
  (section: SettingsSection, ...ids: string[]) =>
  async (page: Page) => {
    await page.getByTestId('settings-open').click()
    await page.getByTestId(`settings-${section}`).click()
    for (const id of ids) await page.getByTestId(id).click()
  }
/** The same, and scrolls to where this begins or, with `block`, to where it is there. */
const at =
  (section: SettingsSection, id: string, block: ScrollLogicalPosition = 'start', ...ids: string[]) =>
  async (page: Page) => {
    await inSettings(section, ...ids)(page)
    await page.getByTestId(id).evaluate((card, block) => card.scrollIntoView({ block }), block)
  }

async function toAddresses(page: Page): Promise<void> {
  await page.getByTestId('details-toggle').click()
  await page.getByTestId('who-sees-addresses').evaluate((row) => row.scrollIntoView({ block: 'end' }))
}

/** Puts moving pictures where the media half would: a camera and a screen of both. */
async function showPictures(page: Page): Promise<void> {
  await page.evaluate(() => {
    const paint = (words: string, colour: string, width: number, height: number): MediaStream => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      const brush = canvas.getContext('2d')!
      const draw = () => {
        brush.fillStyle = colour
        brush.fillRect(0, 0, width, height)
        brush.fillStyle = '#fff'
        brush.font = '40px sans-serif'
        brush.fillText(words, 40, 80)
      }
      draw()
      setInterval(draw, 100)
      return canvas.captureStream(10)
    }
    const app = document.querySelector('#app') as unknown as {
      __vue_app__: { config: { globalProperties: { $pinia: { _s: Map<string, Record<string, unknown>> } } } }
    }
    app.__vue_app__.config.globalProperties.$pinia._s.get('media')!['streams'] = {
      local: paint('my camera', '#375a7f', 640, 480),
      remote: paint('their camera', '#7f5a37', 640, 480),
      ownScreen: paint('my screen', '#3d6b45', 1280, 720),
      peerScreen: paint('their screen', '#46406e', 1280, 720),
      held: true,
    }
  })
  await page.getByTestId('remote-screen').waitFor()
}

export const scenes: readonly Scene[] = [
  ...chatScenes,
  { name: 'starting', views: stage('starting') },
  { name: 'broken', views: stage('broken') },
  { name: 'unsound', views: stage('unsound') },
  {
    name: 'keyring-changed',
    views: stage('keyring-changed', gnome),
    answers: { 'identity.retry': { ok: false, code: 'keyring-changed' } },
    steps: async (page) => {
      await page.getByTestId('retry').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'restore-wrong-passphrase',
    views: stage('keyring-changed', gnome),
    answers: { ...backupOf('Ada'), 'backup.read': { ok: false, code: 'backup-passphrase' } },
    steps: async (page) => {
      await toBackupPassphrase(page)
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'restore', views: withKeyring, answers: backupOf('Ada Lovelace'), steps: toRestore },
  {
    name: 'restore-over-another',
    views: stage('broken'),
    answers: { ...backupOf(contacts.long.name), 'backup.restore': { ok: false, code: 'vault-write-failed' } },
    steps: async (page) => {
      await toRestore(page)
      await page.getByTestId('passphrase').fill('eight characters')
      await page.getByTestId('passphrase-repeat').fill('eight characters')
      await page.getByTestId('restore-go').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'unlock',
    views: stage('locked', { passphrase: true }),
    answers: { 'identity.unlock': { ok: false, code: 'passphrase-wrong' } },
    steps: async (page) => {
      await page.getByTestId('passphrase').fill('wrong')
      await page.getByTestId('unlock').click()
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'first-run-name', views: firstRun },
  { name: 'first-run-identity', views: firstRun, steps: toIdentity },
  {
    name: 'first-run-lock',
    views: withKeyring,
    steps: async (page) => {
      await page.getByTestId('first-run-name').fill('Mary')
      await page.getByTestId('first-run-next').click()
      await page.getByTestId('wants-passphrase').check()
      await page.getByTestId('passphrase').fill('short')
      await page.getByTestId('first-run-next').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'unlock-forgotten',
    views: stage('locked', { passphrase: true }),
    steps: click('unlock-stuck'),
  },
  {
    name: 'first-run-server',
    views: firstRun,
    answers: { 'server.use': { ok: false, code: 'server-insecure' } },
    steps: toServer,
  },
  {
    name: 'first-run-server-advanced',
    views: firstRun,
    answers: { 'server.use': { ok: false, code: 'server-binding' } },
    steps: async (page) => {
      await toServer(page)
      await page.getByTestId('server-ends-tls').check()
    },
  },
  ...(['reach', 'code', 'tray'] as const).map((card, at): Scene => ({
    name: `tour-${card}`,
    views: { ...empty, settings: { ...empty.settings, tourSeen: false } },
    steps: async (page) => {
      for (let next = 0; next < at; next++) await page.getByTestId('tour-next').click()
      await page.locator(`[data-card="${card}"]`).waitFor()
    },
  })),
  { name: 'home-empty', views: empty },
  { name: 'home', views: ready },
  {
    name: 'home-offline',
    views: {
      ...ready,
      app: { ...ready.app, setAside: ['settings'] },
      server: { ...ready.server, state: 'offline', code: 'server-unreachable' },
    },
  },
  {
    name: 'dial-address',
    views: ready,
    answers: { 'contacts.read': { ok: false, code: 'bad-address' } },
    steps: async (page) => {
      await page.getByTestId('dial-address').fill(contacts.bob.address.slice(1))
      if (await page.getByTestId('dial-voice').isVisible()) await page.getByTestId('dial-voice').click()
      await page.getByTestId('dial-error').waitFor()
    },
  },
  {
    name: 'contact',
    views: ready,
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click(),
  },
  {
    name: 'contact-long-name',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('address-toggle').click()
    },
  },
  {
    name: 'contact-mismatch',
    views: ready,
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: '<img' }).click(),
  },
  {
    name: 'verify',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('safety-number').waitFor()
    },
  },
  {
    name: 'verify-checked',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('safety-number').waitFor()
    },
  },
  {
    name: 'contact-blocked',
    views: {
      ...ready,
      contacts: ready.contacts.map((contact) =>
        contact.address === contacts.bob.address
          ? { ...contact, trust: { state: 'X', cause: 'blocked', atMs: blocked.bob.atMs } }
          : contact,
      ),
      blocked: [blocked.bob],
    },
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click(),
  },
  {
    name: 'contact-block',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('block').click()
    },
  },
  {
    name: 'history-block',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('history-tab').click()
      await page.getByTestId('history-more').nth(1).click()
      await page.getByTestId('history-block').click()
    },
  },
  {
    name: 'verify-long-name-scanning',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('scan-start').click()
      await page.getByTestId('scan-preview').locator('video').waitFor()
    },
  },
  {
    name: 'verify-other-person',
    views: ready,
    answers: { ...withNumber, 'contacts.scan': { ok: false, code: 'code-other-person' } },
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('scan-file').setInputFiles(qrPng(safetyNumber.code))
      await page.getByTestId('verify-outcome').waitFor()
    },
  },
  {
    name: 'verify-mismatch',
    views: ready,
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: '<img' }).click()
      await page.getByTestId('verify-open').click()
      await page.getByTestId('number-different').click()
      await page.getByTestId('verify-outcome').waitFor()
    },
  },
  {
    name: 'contact-stopped',
    views: ready,
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Bob' }).click(),
  },
  { name: 'home-codes-tried', views: { ...ready, warnings: { calls: [], codesTried: true } } },
  { name: 'warning-earlier', views: { ...ready, warnings: { calls: warnings, codesTried: false } } },
  {
    name: 'warning-mismatch',
    views: { ...ready, warnings: { calls: warnings.slice(1), codesTried: false } },
  },
  {
    name: 'contact-remove',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click()
      await page.getByTestId('contact-remove').click()
    },
  },
  {
    name: 'add-contact',
    views: ready,
    answers: { 'contacts.add': { ok: false, code: 'bad-address' } },
    steps: async (page) => {
      await page.getByTestId('add-contact').first().click()
      await page.getByTestId('contact-address').fill('not an address')
      await page.getByTestId('contact-name').fill('Somebody')
      await page.getByTestId('contact-save').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'contact-link',
    views: ready,
    steps: (page) =>
      page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
        address: peers.stranger.address,
        name: 'Grace',
        server: 'https://calls.example.org',
        replaces: null,
      }),
  },
  {
    name: 'contact-link-successor',
    views: ready,
    steps: (page) =>
      page.evaluate((form) => window.fake.push('show', { screen: 'contact', form }), {
        address: peers.stranger.address,
        name: 'Ada',
        server: null,
        replaces: 'Ada Lovelace',
      }),
  },
  { name: 'my-address', views: ready, steps: click('my-address') },
  { name: 'my-address-successor', views: moved, steps: click('my-address') },
  { name: 'history', views: ready, steps: click('history-tab') },
  {
    name: 'history-found',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('history-tab').click()
      await page.getByTestId('history-find').fill('ada')
    },
  },
  {
    name: 'history-not-found',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('history-tab').click()
      await page.getByTestId('history-find').fill('Nobody whom anybody ever called')
    },
  },
  { name: 'shortcuts', views: ready, steps: (page) => page.keyboard.press('F1') },
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
  { name: 'history-empty', views: empty, steps: click('history-tab') },
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
    name: 'contact-favourite',
    views: {
      ...ready,
      contacts: ready.contacts.map((contact) =>
        contact.address === contacts.long.address
          ? { ...contact, favourite: true, tone: absentTone }
          : contact,
      ),
      ringing: { hush: 'do-not-disturb', namesHidden: false, rehearsal: 'bell', own: [] },
    },
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Wolfe' }).click()
      await page.getByTestId('contact-favourite').scrollIntoViewIfNeeded()
    },
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
    name: 'contact-strict',
    views: { ...ready, settings: { ...ready.settings, padPictures: true } },
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click(),
  },
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
  ...(['up', 'held', 'stuck'] as const).map((talk): Scene => {
    const call = calls.live(peers.bob)
    const micOn = talk === 'held'
    return {
      name: `call-talk-${talk}`,
      views: {
        ...inCall({ ...call, media: { ...call.media, micOn } }),
        settings: { ...ready.settings, pushToTalk: true, globalMute: true },
        control: { ...ready.control, talk, globalMute: talk === 'stuck' ? 'taken' : 'on' },
      },
    }
  }),
  { name: 'call-dialing', views: inCall(calls.before('dialing', peers.bob)) },
  { name: 'call-ringing', views: inCall(calls.before('ringing', peers.long, true)) },
  { name: 'call-incoming', views: inCall(calls.incoming(peers.ada, true)) },
  {
    name: 'call-incoming-unknown',
    views: inCall(calls.incoming(peers.stranger, false, false, 'unless-relay')),
    steps: click('peer-address-toggle'),
  },
  { name: 'call-name-clash', views: inCall(calls.live(peers.clashing, { direction: 'in' })) },
  { name: 'call-new-key', views: inCall(calls.live(peers.vouched, { direction: 'in' })) },
  ...(['call-incoming-note', 'alert-note'] as const).map((name): Scene => ({
    name,
    views: inCall(calls.incoming(peers.long, true, false, 'direct')),
    ...(name === 'alert-note' && { page: 'alert.html' }),
    steps: click('decline-note'),
  })),
  {
    name: 'alert-nameless',
    page: 'alert.html',
    views: {
      ...inCall(calls.incoming(peers.ada, true, false, 'direct')),
      ringing: { ...ready.ringing, namesHidden: true },
    },
  },
  {
    name: 'call-incoming-note-too-long',
    views: inCall(calls.incoming(peers.bob)),
    steps: async (page) => {
      await page.getByTestId('decline-note').click()
      await page.getByTestId('note-own').fill('w'.repeat(161))
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'call-incoming-silent', views: inCall(calls.incoming(peers.stranger, false, true)) },
  { name: 'call-unchecked', views: inCall(calls.live(peers.claiming, { direction: 'in' })) },
  {
    name: 'call-unchecked-help',
    views: inCall(calls.live(peers.stranger, { direction: 'out' })),
    steps: click('sas-limit'),
  },
  {
    name: 'ended-note',
    views: inCall(calls.ended(peers.bob, 'peer-declined', { note: hostileNote })),
  },
  { name: 'sas-large', views: inCall(calls.live(peers.claiming)), steps: click('sas-large') },
  {
    name: 'sas-matched',
    views: inCall(calls.live(peers.stranger)),
    steps: async (page) => {
      await page.getByTestId('sas-match').click()
      const checked = calls.live({ ...peers.stranger, trust: contacts.ada.trust })
      await page.evaluate((call) => window.fake.tell('call', call), {
        ...checked,
        sas: { ...checked.sas, answer: 'match' as const },
      })
    },
  },
  {
    name: 'sas-exhausted',
    views: inCall(calls.live(peers.bob, { sas: { ...calls.live(peers.bob).sas, exhausted: true } })),
  },
  {
    name: 'call-verify-stranger',
    views: inCall(calls.live(peers.stranger)),
    answers: withNumber,
    steps: async (page) => {
      await page.getByTestId('verify-open').click()
      await page.getByTestId('safety-number').waitFor()
    },
  },
  {
    name: 'warning-in-call',
    views: { ...inCall(calls.live(peers.stranger)), warnings: { calls: warnings, codesTried: false } },
  },
  {
    name: 'warning-while-ringing',
    views: {
      ...inCall(calls.incoming(peers.ada)),
      warnings: { calls: warnings.slice(1), codesTried: false },
    },
  },
  {
    name: 'call-pinned-details',
    views: inCall(calls.live(peers.long)),
    steps: click('details-toggle'),
  },
  {
    name: 'call-details-relayed',
    views: inCall(calls.live(peers.bob, { facts: relayed })),
    steps: toAddresses,
  },
  {
    name: 'call-details-relay-unavailable',
    views: inCall(calls.live(peers.ada, { facts: relayUnavailable })),
    steps: toAddresses,
  },
  {
    name: 'call-dialing-unless-relay',
    views: inCall(calls.before('dialing', peers.long, true, 'unless-relay')),
  },
  { name: 'call-ended-no-relay', views: inCall(calls.ended(peers.bob, 'no-relay')) },
  {
    name: 'call-ended-relay-failed',
    views: inCall(calls.ended(peers.stranger, 'relay-failed', { detail: 'timeout-linking' })),
  },
  { name: 'call-dialing-stranger', views: inCall(calls.before('ringing', peers.stranger, false, 'direct')) },
  {
    name: 'call-devices',
    views: {
      ...ready,
      devices: withHeadset,
      call: calls.live(peers.long, {
        media: { ...calls.live(peers.long).media, microphoneProblem: 'silent', speakerRefused: true },
      }),
    },
  },
  {
    name: 'call-hands-free',
    views: { ...ready, devices: { ...withHeadset, moves: [] }, call: calls.live(peers.long) },
  },
  { name: 'call-unheard', views: inCall(calls.live(peers.stranger, { secure: false })) },
  {
    name: 'call-unverified',
    views: inCall(
      calls.live(peers.ada, {
        unverified: true,
        media: { ...calls.live(peers.ada).media, video: true, peerCameraOn: true },
      }),
    ),
  },
  {
    name: 'call-details-unmeasured',
    views: inCall(calls.live(peers.bob, { secure: false, facts: unmeasured })),
    steps: click('details-toggle'),
  },
  {
    name: 'call-details-end',
    views: inCall(calls.live(peers.bob)),
    steps: async (page) => {
      await page.getByTestId('details-toggle').click()
      await page.getByTestId('who-sees-addresses').scrollIntoViewIfNeeded()
    },
  },
  { name: 'call-verified', views: inCall(calls.live(peers.ada)) },
  { name: 'call-sharing', views: sharing({ own: 'on', what: 'Quarterly figures '.repeat(8) }) },
  { name: 'call-sharing-choosing', views: sharing({ own: 'choosing' }) },
  { name: 'call-sharing-problem', views: sharing({ problem: 'screen-denied' }) },
  {
    name: 'call-two-screens',
    views: sharing(
      { own: 'on', what: 'Screen 1', peer: true },
      { video: true, cameraOn: true, peerCameraOn: true },
    ),
    steps: showPictures,
  },
  {
    name: 'call-video-verified',
    views: inCall(
      calls.live(peers.ada, {
        media: {
          video: true,
          micOn: false,
          cameraOn: false,
          cameraProblem: 'camera-busy',
          microphoneProblem: null,
          speakerRefused: false,
          peerMicOn: false,
          peerCameraOn: false,
          sharing: noSharing,
        },
      }),
    ),
  },
  {
    name: 'call-video-unchecked',
    views: inCall(
      calls.live(peers.stranger, {
        media: { ...calls.live(peers.stranger).media, video: true, cameraOn: true, peerCameraOn: true },
      }),
    ),
  },
  { name: 'call-reconnecting', views: inCall(calls.live(peers.bob, { phase: 'reconnecting' })) },
  {
    name: 'call-offline',
    views: inCall(calls.live(peers.bob, { phase: 'reconnecting', offline: true })),
  },
  { name: 'ended-no-answer', views: inCall(calls.ended(peers.bob, 'no-answer')) },
  {
    name: 'ended-stranger',
    views: inCall(calls.ended(peers.claiming, 'peer-hung-up', { direction: 'in', durationMs: 754_000 })),
  },
  { name: 'ended-blocked', views: inCall(calls.ended(peers.refused, 'blocked')) },
  { name: 'ended-frames-failed', views: inCall(calls.ended(peers.ada, 'frames-failed')) },
  { name: 'ended-altered', views: inCall(calls.ended(peers.bob, 'altered', { detail: 'sdp-fp' })) },
  {
    name: 'ended-frames-unverified',
    views: inCall(calls.ended(peers.bob, 'altered', { detail: 'frames-unverified', durationMs: 60_000 })),
  },
  {
    name: 'ended-frame-bypass',
    views: inCall(calls.ended(peers.bob, 'altered', { detail: 'frame-bypass', durationMs: 60_000 })),
  },
  {
    name: 'ended-mismatch',
    views: inCall(calls.ended(peers.stranger, 'sas-mismatch', { durationMs: 60_000 })),
  },
  {
    name: 'alert-voice',
    page: 'alert.html',
    views: inCall(calls.incoming(peers.stranger, false, false, 'unless-relay')),
  },
  {
    name: 'alert-video-stranger',
    page: 'alert.html',
    views: inCall(calls.incoming(peers.stranger, true, false, 'unless-relay')),
  },
  {
    name: 'alert-video',
    page: 'alert.html',
    views: inCall(calls.incoming(peers.ada, true, false, 'direct')),
  },
  ...doctorScenes,
  { name: 'picker', views: ready, page: 'picker.html', answers: toShare, steps: click('picker-source') },
  {
    name: 'picker-windows',
    views: ready,
    page: 'picker.html',
    answers: toShare,
    steps: click('picker-windows'),
  },
  {
    name: 'picker-empty',
    views: ready,
    page: 'picker.html',
    answers: { 'screen.sources': { ok: true, value: [] } },
  },
]
