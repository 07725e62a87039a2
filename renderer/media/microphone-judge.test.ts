import { describe, expect, it } from 'vitest'
import { createMicrophoneJudge, type MicrophoneSample } from './microphone-judge.ts'

type Second = Partial<Omit<MicrophoneSample, 'atMs'>>

/** The verdict after each second. */
function verdicts(seconds: readonly Second[], everyMs = 1000) {
  const { judge } = createMicrophoneJudge()
  return seconds.map((second, index) =>
    judge({ atMs: 5000 + index * everyMs, live: true, on: true, muted: false, level: 0.05, ...second }),
  )
}
const zeros = { level: 0 }
const dB = (db: number) => ({ level: 10 ** (db / 20) })

describe('the judge of a microphone', () => {
  it.each<[string, Second[], ReturnType<typeof verdicts>]>([
    ['speech', [dB(-20), dB(-35), dB(-12), dB(-60)], [null, null, null, null]],
    ['a quiet room', [dB(-80), dB(-84), dB(-88), dB(-90)], [null, null, null, null]],
    ['zeros', [zeros, zeros, zeros, zeros], [null, null, 'silent', 'silent']],
    ['zeros for a second', [dB(-40), zeros, dB(-40), zeros], [null, null, null, null]],
    ['one bit among zeros', [zeros, zeros, dB(-110), zeros, zeros], [null, null, null, null, 'silent']],
    ['silence that ends', [zeros, zeros, zeros, dB(-30)], [null, null, 'silent', null]],
    ["one's own mute", [zeros, ...Array<Second>(3).fill({ ...zeros, on: false })], [null, null, null, null]],
    [
      'the first seconds after a mute',
      [{ ...zeros, on: false }, { ...zeros, on: false }, zeros, zeros],
      [null, null, null, null],
    ],
    ['silence after a mute', [{ ...zeros, on: false }, zeros, zeros, zeros], [null, null, null, 'silent']],
    ['the mute of the system', [dB(-30), { ...zeros, muted: true }], [null, 'muted']],
    ["the mute of the system behind one's own", [{ ...zeros, muted: true, on: false }], [null]],
    ['the end of the mute of the system', [{ ...zeros, muted: true }, zeros, dB(-30)], ['muted', null, null]],
    ['no device', [dB(-30), { ...zeros, live: false }], [null, 'none']],
    ['no device, muted as well', [{ live: false, on: false }], ['none']],
    ['a cut-off wave', [dB(-0.2), dB(-0.2), dB(-0.2)], [null, null, 'clipped']],
    ['a loud voice', [dB(-4), dB(-2), dB(-4), dB(-3)], [null, null, null, null]],
    ['a shout', [dB(-20), dB(-0.2), dB(-20)], [null, null, null]],
    ['a device that has measured nothing yet', [{ level: null }, { level: null }], [null, null]],
    ['silence from the first level on', [{ level: null }, zeros, zeros], [null, null, 'silent']],
  ])('%s', (_, seconds, expected) => expect(verdicts(seconds)).toEqual(expected))

  it.each([250, 500, 1000])('notices silence within three seconds when it looks every %s ms', (everyMs) => {
    const found = verdicts(Array<Second>(20).fill(zeros), everyMs).indexOf('silent')
    expect(found * everyMs).toBeLessThanOrEqual(3000)
    expect(found * everyMs).toBeGreaterThanOrEqual(1900)
  })
})
