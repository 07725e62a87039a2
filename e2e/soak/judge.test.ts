import { describe, expect, it } from 'vitest'
import { createJudge, type Sample, type Seen, type Verdict } from './judge.ts'

const wholeAtMs = 100_000
const talking = (atMs: number, soundSinceMs = 1_000): Seen => ({
  phase: 'talking',
  reason: null,
  detail: null,
  explained: false,
  heardAtMs: atMs - 100,
  soundSinceMs,
})
const silent = (phase: Seen['phase'], heardAtMs = wholeAtMs - 4_000): Seen => ({
  phase,
  reason: null,
  detail: null,
  explained: false,
  heardAtMs,
  soundSinceMs: 1_000,
})
const ended = (reason: Seen['reason'], explained = true): Seen => ({ ...silent('ended'), reason, explained })

/** Looks every 200 ms, as the soak does; the first verdict and when. */
function judged(at: (afterMs: number) => Omit<Sample, 'atMs'>): { verdict: Verdict; afterMs: number } {
  const judge = createJudge(wholeAtMs)
  for (let afterMs = 0; afterMs < 60_000; afterMs += 200) {
    const verdict = judge.look({ atMs: wholeAtMs + afterMs, ...at(afterMs) })
    if (verdict) return { verdict, afterMs }
  }
  throw new Error('never judged')
}

describe('a call after a fault', () => {
  it('is back when both have heard each other for a while since the network is whole', () => {
    const { verdict, afterMs } = judged((ms) => ({
      alice: talking(wholeAtMs + ms),
      bob: talking(wholeAtMs + ms),
    }))
    expect(verdict).toEqual({ outcome: 'back', ms: 0 })
    expect(afterMs).toBeGreaterThan(1_500)
  })

  it('is not back by the sound from before the fault', () => {
    const { verdict } = judged((ms) =>
      ms < 3_000
        ? { alice: silent('talking', wholeAtMs + 50), bob: silent('talking', wholeAtMs + 50) }
        : {
            alice: talking(wholeAtMs + ms, wholeAtMs + 2_900),
            bob: talking(wholeAtMs + ms, wholeAtMs + 2_700),
          },
    )
    expect(verdict).toEqual({ outcome: 'back', ms: 2_900 })
  })

  it('has ended when both say so and why', () => {
    const { verdict, afterMs } = judged((ms) => ({
      alice: ended('connection-lost', ms >= 1_000),
      bob: ended('connection-lost'),
    }))
    expect(verdict).toEqual({ outcome: 'ended', reason: 'connection-lost' })
    expect(afterMs).toBe(1_000)
  })

  it('may not end with a reason that accuses somebody', () => {
    const { verdict } = judged(() => ({ alice: ended('altered'), bob: ended('connection-lost') }))
    expect(verdict).toMatchObject({
      outcome: 'wrong',
      what: expect.stringContaining('an end that is not true'),
    })
  })

  it('may not be silent for long where one is told that it talks', () => {
    const { verdict, afterMs } = judged((ms) => ({ alice: silent('talking'), bob: talking(wholeAtMs + ms) }))
    expect(verdict).toMatchObject({ what: expect.stringContaining('Alice talks and hears nothing') })
    expect(afterMs).toBe(5_200)
  })

  it('may be silent for longer where a person is told that it reconnects', () => {
    const { verdict, afterMs } = judged((ms) => ({
      alice: silent('reconnecting'),
      bob: silent(ms < 4_000 ? 'talking' : 'away'),
    }))
    expect(verdict).toMatchObject({ what: expect.stringContaining('neither back nor ended') })
    expect(afterMs).toBe(50_200)
  })

  it('may not have ended for one and go on for the other', () => {
    const { verdict, afterMs } = judged((ms) => ({
      alice: ended('connection-lost'),
      bob: talking(wholeAtMs + ms),
    }))
    expect(verdict).toMatchObject({ what: expect.stringContaining('one talks and the other has ended') })
    expect(afterMs).toBe(5_200)
  })

  it('may disagree for a moment', () => {
    const { verdict } = judged((ms) => ({
      alice: ended('connection-lost'),
      bob: ms < 4_000 ? talking(wholeAtMs + ms) : ended('connection-lost'),
    }))
    expect(verdict).toEqual({ outcome: 'ended', reason: 'connection-lost' })
  })

  it('may be in no phase that the machine does not have', () => {
    const { verdict } = judged(() => ({ alice: silent('lost' as never), bob: silent('talking') }))
    expect(verdict).toMatchObject({ what: expect.stringContaining('a phase that nobody knows: Alice lost') })
  })
})
