import { describe, expect, test } from 'vitest'
import { callViewOf, type ViewSources } from './call-view-of.ts'
import type { CallState } from './call-state.ts'
import { noFacts } from './link-facts.ts'
import { bound, common } from './sample-calls.ts'

const sources = (sound: ReturnType<ViewSources['sound']>): ViewSources => ({
  peer: (address, claimedName) => ({
    address,
    name: null,
    claimedName,
    clash: null,
    vouchedFor: null,
    trust: { state: 'V0' },
  }),
  sas: () => null,
  facts: () => noFacts,
  addressNotice: () => null,
  tone: () => 'chime',
  sound: () => sound,
})
const talking: CallState = { ...common, ...bound, phase: 'talking' }

describe('what a call says of my own devices', () => {
  test.each([
    ['silence', true, 'silent', 'silent'],
    ['silence that I want', false, 'silent', null],
    ['the mute of the system behind my own', false, 'muted', null],
    ['a microphone that is gone', true, 'none', 'none'],
    ['a microphone that is gone, and so I am muted', false, 'none', 'none'],
    ['nothing', true, null, null],
  ] as const)('%s', (_, micOn, microphone, expected) => {
    const view = callViewOf({ ...talking, micOn }, sources({ microphone, speakerRefused: false }))
    expect(view).toMatchObject({ media: { microphoneProblem: expected, speakerRefused: false } })
  })
  test('a speaker that takes no sound', () => {
    const view = callViewOf(talking, sources({ microphone: null, speakerRefused: true }))
    expect(view).toMatchObject({ media: { speakerRefused: true } })
  })
  test('nothing before the page has measured anything', () => {
    expect(callViewOf(talking, sources(null))).toMatchObject({
      media: { microphoneProblem: null, speakerRefused: false },
    })
  })
})
