import { describe, expect, it } from 'vitest'
import type { CallView, EndReason } from '../../contract/call-view.ts'
import { ringFor, toneFor } from './tone-for.ts'
import type { Tone } from './tone-for.ts'
import { waveOf } from './tone-wave.ts'

const view = (entries: object): CallView => ({ direction: 'out', ...entries }) as CallView
const ended = (reason: EndReason, direction: 'in' | 'out' = 'out'): CallView =>
  view({ phase: 'ended', reason, direction })

const table: [string, CallView, Tone | null][] = [
  ['no call', view({ phase: 'idle' }), null],
  ['dialing', view({ phase: 'dialing' }), null],
  ['the other side rings', view({ phase: 'ringing' }), 'ring-back'],
  ['somebody calls', view({ phase: 'incoming', silenced: false }), null],
  ['connecting', view({ phase: 'connecting' }), null],
  ['talking', view({ phase: 'talking', cameBack: false }), null],
  ['talking again', view({ phase: 'talking', cameBack: true }), 'back'],
  ['interrupted', view({ phase: 'reconnecting', cameBack: false }), 'interrupted'],
  ['interrupted once more', view({ phase: 'reconnecting', cameBack: true }), 'interrupted'],
  ['busy', ended('busy'), 'busy'],
  ['the other side declined', ended('peer-declined'), 'busy'],
  ['the other side hung up', ended('peer-hung-up'), 'ended'],
  ['nobody answered me', ended('no-answer'), 'ended'],
  ['I did not answer', ended('no-answer', 'in'), null],
  ['I hung up', ended('hung-up'), null],
  ['I declined', ended('declined', 'in'), null],
  ['the connection was lost', ended('connection-lost'), 'ended'],
]

describe('the tone of a call', () => {
  it.each(table)('%s', (_, call, tone) => expect(toneFor(call)).toBe(tone))
})

describe('the ring', () => {
  const call = (phase: CallView['phase'], silenced = false): CallView =>
    view({ phase, silenced, tone: 'bell', reason: 'missed' })
  it.each([
    ['somebody calls', call('incoming'), null, 'bell'],
    ['somebody calls who is not to be heard', call('incoming', true), null, null],
    ['nobody calls', call('idle'), null, null],
    ['it is rehearsed', call('idle'), 'harp', 'harp'],
    ['it is rehearsed after a call', call('ended'), 'harp', 'harp'],
    ['a call comes into a rehearsal', call('incoming'), 'harp', 'bell'],
    ['a silent call comes into a rehearsal', call('incoming', true), 'harp', null],
    ['a call is answered', call('connecting'), null, null],
    ['a rehearsal is late for a call', call('talking'), 'harp', null],
  ] as const)('%s', (_, now, rehearsal, expected) => {
    expect(ringFor(now, { rehearsal })).toBe(expected)
  })
})

describe('the sound of a tone', () => {
  it.each(['ring-back', 'busy', 'ended', 'test'] as const)('%s is a WAV file with sound in it', (tone) => {
    const wave = waveOf(tone)
    const view = new DataView(wave.buffer)
    expect(new TextDecoder().decode(wave.subarray(0, 4))).toBe('RIFF')
    expect(view.getUint32(4, true)).toBe(wave.length - 8)
    expect(view.getUint32(40, true)).toBe(wave.length - 44)
    const samples = new Int16Array(wave.buffer, 44)
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(peak).toBeGreaterThan(8_000)
    expect(peak).toBeLessThan(20_000)
  })

  it.each(['interrupted', 'back'] as const)('%s is short and soft, for it comes in mid-sentence', (tone) => {
    const samples = new Int16Array(waveOf(tone).buffer, 44)
    const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
    expect(peak).toBeGreaterThan(3_000)
    expect(peak).toBeLessThan(8_000)
    expect(samples.length / 16_000).toBeLessThan(0.5)
  })
})
