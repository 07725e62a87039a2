// Screens of a call: how it begins, what is known of the other person, how it ends, and the alert that rings.
import type { Page } from '@playwright/test'
import {
  calls,
  contacts,
  hostileNote,
  peers,
  ready,
  relayed,
  relayUnavailable,
  unmeasured,
  withHeadset,
  warnings,
} from './sample-views.ts'
import { click, inCall, withNumber, type Scene } from './scene.ts'

async function toAddresses(page: Page): Promise<void> {
  await page.getByTestId('details-toggle').click()
  await page.getByTestId('who-sees-addresses').evaluate((row) => row.scrollIntoView({ block: 'end' }))
}

export const callScenes: readonly Scene[] = [
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
    name: 'call-settings',
    views: {
      ...inCall(calls.live(peers.ada, { media: { ...calls.live(peers.ada).media, video: true } })),
      devices: withHeadset,
    },
    steps: click('call-settings-toggle'),
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
]
