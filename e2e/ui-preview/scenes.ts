// Every screen once: the truth it shows and the steps that lead to it. Read by the screen tests and for pictures.
import type { Page } from '@playwright/test'
import type { Views } from '../../contract/ipc.ts'
import { calls, contacts, empty, firstRun, peers, ready, unmeasured } from './sample-views.ts'
import type { FakeShell } from './fake-shell.ts'

export interface Scene {
  readonly name: string
  readonly views: Views
  readonly page?: 'alert.html'
  readonly answers?: FakeShell['answers']
  readonly steps?: (page: Page) => Promise<unknown>
}

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

const stage = (stage: Views['app']['stage']): Views => ({ ...firstRun, app: { ...firstRun.app, stage } })

export const scenes: readonly Scene[] = [
  { name: 'starting', views: stage('starting') },
  { name: 'broken', views: stage('broken') },
  {
    name: 'unlock',
    views: stage('locked'),
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
    name: 'first-run-server',
    views: firstRun,
    answers: { 'server.use': { ok: false, code: 'server-insecure' } },
    steps: toServer,
  },
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
    name: 'safety-number',
    views: ready,
    answers: {
      'contacts.safety-number': {
        ok: true,
        value: { digits: '048213091755128093641728850396627415903318846702571640289935' },
      },
    },
    steps: async (page) => {
      await page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click()
      await page.getByTestId('safety-number-open').click()
    },
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
      }),
  },
  { name: 'my-address', views: ready, steps: click('my-address') },
  { name: 'history', views: ready, steps: click('history-tab') },
  { name: 'history-empty', views: empty, steps: click('history-tab') },
  { name: 'settings', views: ready, steps: click('settings-open') },
  {
    name: 'settings-strict',
    views: { ...ready, settings: { ...ready.settings, padPictures: true } },
    steps: async (page) => {
      await page.getByTestId('settings-open').click()
      await page.getByTestId('pad-pictures').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'contact-strict',
    views: { ...ready, settings: { ...ready.settings, padPictures: true } },
    steps: (page) => page.getByTestId('contact-row').filter({ hasText: 'Ada' }).click(),
  },
  {
    name: 'settings-test',
    views: ready,
    steps: async (page) => {
      await page.getByTestId('settings-open').click()
      await page.getByTestId('device-test').click()
      await page.getByTestId('camera-preview').scrollIntoViewIfNeeded()
    },
  },
  { name: 'call-dialing', views: inCall(calls.before('dialing', peers.bob)) },
  { name: 'call-ringing', views: inCall(calls.before('ringing', peers.long, true)) },
  { name: 'call-incoming', views: inCall(calls.incoming(peers.ada, true)) },
  {
    name: 'call-incoming-unknown',
    views: inCall(calls.incoming(peers.stranger)),
    steps: click('peer-address-toggle'),
  },
  { name: 'call-unchecked', views: inCall(calls.live(peers.claiming, { direction: 'in' })) },
  {
    name: 'call-pinned-details',
    views: inCall(calls.live(peers.long)),
    steps: click('details-toggle'),
  },
  { name: 'call-dialing-stranger', views: inCall(calls.before('ringing', peers.stranger)) },
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
  {
    name: 'call-video-verified',
    views: inCall(
      calls.live(peers.ada, {
        media: {
          video: true,
          micOn: false,
          cameraOn: false,
          cameraProblem: 'camera-busy',
          peerMicOn: false,
          peerCameraOn: false,
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
  { name: 'ended-no-answer', views: inCall(calls.ended(peers.bob, 'no-answer')) },
  {
    name: 'ended-stranger',
    views: inCall(calls.ended(peers.claiming, 'peer-hung-up', { direction: 'in', durationMs: 754_000 })),
  },
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
  { name: 'alert-voice', page: 'alert.html', views: inCall(calls.incoming(peers.stranger)) },
  { name: 'alert-video-stranger', page: 'alert.html', views: inCall(calls.incoming(peers.stranger, true)) },
  { name: 'alert-video', page: 'alert.html', views: inCall(calls.incoming(peers.ada, true)) },
]
