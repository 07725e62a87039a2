import { describe, expect, it } from 'vitest'
import { noSharing, type CallView, type LinkFacts, type TrustView } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import { createTexts } from '../locales/texts.ts'
import { callTrustLabel, knownTrustLabel, type TrustLabel } from './trust-label.ts'

const atMs = new Date(2026, 2, 4, 12).getTime()
const say = ({ key, values }: TrustLabel): string => createTexts().global.t(key, values)

const facts: LinkFacts = {
  own: null,
  seen: null,
  signedOwn: null,
  signedPeer: null,
  match: true,
  bound: true,
  dtlsVersion: null,
  dtlsCipher: null,
  srtpCipher: null,
  path: null,
  reach: { relayOnly: false, relay: null, relayUnavailable: false },
  traffic: null,
  frames: null,
}
const common = (trust: TrustView, name: string | null) => ({
  callId: 'A'.repeat(22) as CallId,
  direction: 'in' as const,
  peer: {
    address: 'a'.repeat(56) as Address,
    name,
    claimedName: 'My bank',
    clash: null,
    vouchedFor: null,
    trust,
  },
  media: {
    video: false,
    micOn: true,
    cameraOn: false,
    cameraProblem: null,
    microphoneProblem: null,
    speakerRefused: false,
    peerMicOn: true,
    peerCameraOn: false,
    sharing: noSharing,
  },
})
const talking = (trust: TrustView, name: string | null = 'Ada', more: Partial<LinkFacts> = {}): CallView => ({
  ...common(trust, name),
  phase: 'talking',
  sinceMs: atMs,
  sas: { symbols: [], digits: ['00000', '00000'], answer: 'none', exhausted: false },
  secure: true,
  unverified: false,
  offline: false,
  cameBack: false,
  facts: { ...facts, ...more },
})

describe('the sentence about trust in a call', () => {
  const table: [TrustView, string | null, string, string][] = [
    [{ state: 'V0' }, null, 'warn', 'Encrypted. You have not checked who is on the other end.'],
    [{ state: 'V1' }, 'Ada', 'plain', 'Encrypted. Same key as in your contacts, never checked.'],
    [{ state: 'V2', how: 'sas', atMs }, 'Ada', 'good', 'Encrypted. You checked Ada on March 4, 2026.'],
    [
      { state: 'V2', how: 'sas', atMs },
      null,
      'good',
      'Encrypted. You checked this address on March 4, 2026.',
    ],
    [
      { state: 'X', cause: 'mismatch', atMs },
      'Ada',
      'bad',
      'Someone may be between you. Do not use this network for this contact; compare safety numbers in person.',
    ],
  ]
  it.each(table)('of a bound link with %o to %s is %s', (trust, name, tone, sentence) => {
    const label = callTrustLabel(talking(trust, name))
    expect(label?.tone).toBe(tone)
    expect(label && say(label)).toBe(sentence)
  })

  it.each(['dialing', 'ringing', 'connecting'] as const)('while %s says that nothing is sent', (phase) => {
    const call = common({ state: 'V2', how: 'sas', atMs }, 'Ada')
    const label = callTrustLabel({ ...call, phase, addressNotice: null })
    expect(label && say(label)).toBe('Connecting… nothing is sent yet')
  })

  it('never says "Encrypted" of a link that is not bound or whose fingerprints differ', () => {
    const states: TrustView[] = [{ state: 'V0' }, { state: 'V1' }, { state: 'V2', how: 'sas', atMs }]
    for (const trust of states)
      for (const fault of [{ bound: false }, { match: false }]) {
        const label = callTrustLabel(talking(trust, 'Ada', fault))
        expect(label && say(label)).not.toContain('Encrypted')
      }
  })

  it('says that it waits for sound until some was authentic, and "Encrypted" only then', () => {
    const states: TrustView[] = [{ state: 'V0' }, { state: 'V1' }, { state: 'V2', how: 'sas', atMs }]
    for (const trust of states) {
      const label = callTrustLabel({ ...talking(trust), secure: false } as CallView)
      expect(label?.tone).toBe('plain')
      expect(label && say(label)).toBe('Connected. Waiting for encrypted sound.')
    }
  })

  it('F8 says in red that what cannot be verified is not played, whoever is on the other end', () => {
    const states: TrustView[] = [{ state: 'V0' }, { state: 'V2', how: 'sas', atMs }]
    for (const trust of states) {
      const label = callTrustLabel({ ...talking(trust), unverified: true } as CallView)
      expect(label?.tone).toBe('bad')
      expect(label && say(label)).toMatch(/could not be verified, so Earshot does not play them/)
      expect(label && say(label)).not.toContain('Encrypted')
    }
  })

  it('is green for a checked identity only', () => {
    expect(callTrustLabel(talking({ state: 'V0' }))?.tone).not.toBe('good')
    expect(callTrustLabel(talking({ state: 'V1' }))?.tone).not.toBe('good')
  })

  it('never carries the name that a stranger claims', () => {
    for (const trust of [{ state: 'V0' }, { state: 'V2', how: 'sas', atMs }] as const) {
      const label = callTrustLabel(talking(trust, null))
      expect(label && say(label)).not.toContain('My bank')
    }
  })

  it('is left out before a call is answered and after it ended', () => {
    expect(callTrustLabel({ phase: 'idle' })).toBeNull()
    expect(
      callTrustLabel({
        ...common({ state: 'V1' }, 'Ada'),
        phase: 'incoming',
        silenced: false,
        tone: 'chime',
        addressNotice: null,
      }),
    ).toBeNull()
  })
})

describe('the sentence about trust outside a call', () => {
  it('does not speak of encryption, for there is no link', () => {
    const states: TrustView[] = [
      { state: 'V0' },
      { state: 'V1' },
      { state: 'V2', how: 'number', atMs },
      { state: 'X', cause: 'blocked', atMs },
    ]
    for (const trust of states) expect(say(knownTrustLabel(trust, 'Ada'))).not.toMatch(/encrypt/i)
  })
  const table: [TrustView, string | null, string, string][] = [
    [{ state: 'V0' }, null, 'warn', 'Not in your contacts'],
    [{ state: 'V1' }, 'Ada', 'plain', 'In your contacts, never checked'],
    [{ state: 'V2', how: 'qr', atMs }, 'Ada', 'good', 'You checked Ada on March 4, 2026'],
    [
      { state: 'V2', how: 'number', atMs },
      null,
      'good',
      'Not in your contacts. You checked this address on March 4, 2026.',
    ],
    [
      { state: 'X', cause: 'mismatch', atMs },
      'Ada',
      'bad',
      'The codes did not match on March 4, 2026. Compare safety numbers in person.',
    ],
    [{ state: 'X', cause: 'blocked', atMs }, 'Ada', 'bad', 'Blocked on March 4, 2026'],
  ]
  it.each(table)('of %o to %s is %s', (trust, name, tone, sentence) => {
    const label = knownTrustLabel(trust, name)
    expect([label.tone, say(label)]).toEqual([tone, sentence])
  })
  it('says on which day the codes differed', () => {
    expect(say(knownTrustLabel({ state: 'X', cause: 'mismatch', atMs }, 'Ada'))).toContain('March 4, 2026')
  })
})
