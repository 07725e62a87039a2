import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frameKinds, type LinkFrames } from '../../contract/link.ts'
import { newFrameWatch, watchFrames, type FrameVerdict } from './frame-watch.ts'
import { noFrames } from './test-pages.ts'

type Counts = { audio: number; video: number; screen: number }
const counts = (given: Partial<Counts> = {}): Counts => ({ audio: 0, video: 0, screen: 0, ...given })

interface Second {
  sealed?: Partial<Counts>
  opened?: Partial<Counts>
  refused?: Partial<Counts>
  repeated?: number
  transport?: Partial<LinkFrames['transport']>
  /** Since the measurement before. */
  ms?: number
}
const add = <T extends Record<string, number>>(total: T, more: Partial<T> = {}): T =>
  Object.fromEntries(Object.entries(total).map(([key, count]) => [key, count + (more[key] ?? 0)])) as T

/** The verdict after each of these seconds of a link. */
function verdicts(seconds: readonly Second[]): FrameVerdict[] {
  let frames = noFrames
  let watch = newFrameWatch
  let nowMs = 1_000_000
  return seconds.map(({ sealed, opened, refused, repeated = 0, transport, ms = 1000 }) => {
    const { worker } = frames
    frames = {
      worker: {
        sealed: add(worker.sealed, sealed),
        opened: add(worker.opened, opened),
        refused: add(worker.refused, refused),
        repeated: worker.repeated + repeated,
      },
      transport: add(frames.transport, transport),
    }
    nowMs += ms
    watch = watchFrames(watch, frames, nowMs)
    return watch.verdict
  })
}
const times = (count: number, second: Second): Second[] => Array.from({ length: count }, () => second)

const healthy: Second = {
  sealed: { audio: 50, video: 30, screen: 15 },
  opened: { audio: 50, video: 30, screen: 15 },
  transport: {
    audioPacketsSent: 50,
    audioFramesPlayed: 50,
    videoFramesSent: 30,
    videoFramesDecoded: 30,
    screenFramesSent: 15,
    screenFramesDecoded: 15,
  },
}

test('a call whose frames are all opened is fine, also when the first ones come twice', () => {
  expect(new Set(verdicts([{ ...healthy, repeated: 10 }, ...times(600, healthy)]))).toEqual(new Set(['fine']))
})

test.each(frameKinds)('more than a fifth of the %s refused for three seconds is unverified', (kind) => {
  const bad: Second = { opened: counts({ [kind]: 39 }), refused: counts({ [kind]: 11 }) }
  expect(verdicts([healthy, ...times(3, bad)]).slice(1)).toEqual(['fine', 'fine', 'unverified'])
  const fifth: Second = { opened: counts({ [kind]: 40 }), refused: counts({ [kind]: 10 }) }
  expect(new Set(verdicts(times(60, fifth)))).toEqual(new Set(['fine']))
})

test('what is verified again is fine at once; a second that is bad now and then is never unverified', () => {
  const bad: Second = { refused: { audio: 50 } }
  expect(verdicts([healthy, ...times(5, bad), healthy]).at(-1)).toBe('fine')
  const nowAndThen = Array.from({ length: 60 }, (_, i) => (i % 3 === 2 ? healthy : bad))
  expect(new Set(verdicts(nowAndThen))).toEqual(new Set(['fine']))
})

test('F8 more than fifteen bad seconds end the call', () => {
  const bad: Second = { opened: { audio: 30 }, refused: { audio: 20 } }
  const said = verdicts([healthy, ...times(17, bad)])
  expect(said.slice(3, 16)).toEqual(times(13, {}).map(() => 'unverified'))
  expect(said.indexOf('cut')).toBe(16)
})

test('a kind of which nothing comes any more is not held against the call', () => {
  const soundOnly: Second = { opened: { audio: 50 }, transport: { audioFramesPlayed: 50 } }
  const pictures: Second = { ...soundOnly, refused: { video: 30 } }
  const said = verdicts([...times(5, pictures), ...times(20, soundOnly)])
  expect(said[5]).toBe('unverified')
  expect(said.slice(8)).toEqual(times(17, {}).map(() => 'fine'))
})

test('a computer that slept for an hour has not listened to an hour of bad frames', () => {
  const bad: Second = { refused: { audio: 50 } }
  expect(verdicts([healthy, bad, { ...bad, ms: 3_600_000 }])).toEqual(['fine', 'fine', 'unverified'])
  expect(verdicts([healthy, bad, { ...bad, ms: -3_600_000 }])).toEqual(['fine', 'fine', 'fine'])
})

const bypasses: Readonly<Record<string, Second>> = {
  'sound that leaves unsealed': { transport: { audioPacketsSent: 50 } },
  'pictures that leave unsealed': { transport: { videoFramesSent: 15 } },
  'sound that is played unopened': { transport: { audioFramesPlayed: 50 } },
  'pictures that are shown unopened': { transport: { videoFramesDecoded: 15 } },
  // Beside a camera that is sealed and opened as it should be, and would pay for them.
  'a screen that leaves unsealed': {
    sealed: { video: 30 },
    transport: { videoFramesSent: 30, screenFramesSent: 15 },
  },
  'a screen that is shown unopened': {
    opened: { video: 30 },
    transport: { videoFramesDecoded: 30, screenFramesDecoded: 15 },
  },
}

const anyJitter = fc.record({
  /** How far the two counts of one measurement are apart, in ms: the worker's may be older. */
  skewsMs: fc.array(fc.nat(300), { minLength: 120, maxLength: 120 }),
  stepsMs: fc.array(fc.integer({ min: 700, max: 1600 }), { minLength: 120, maxLength: 120 }),
  pictures: fc.integer({ min: 1, max: 30 }),
  /** Of what is played, the share that Opus restored from a later packet. */
  loss: fc.double({ min: 0, max: 0.4, noNaN: true }),
  /** Pictures and packets that were sealed or opened and then dropped by a queue. */
  dropped: fc.double({ min: 0, max: 0.3, noNaN: true }),
  /** What the jitter buffer holds: with a computer that has too much to do it fills up, to 200 packets in Chromium. */
  heldMs: fc.integer({ min: 100, max: 4000 }),
  /** Seconds without any packet, through which the jitter buffer plays what it holds. */
  outageAt: fc.nat(100),
})

test('F8 no healthy call is cut, whatever the network does and whenever the two sides are counted', () => {
  fc.assert(
    fc.property(anyJitter, ({ skewsMs, stepsMs, pictures, loss, dropped, heldMs, outageAt }) => {
      let watch = newFrameWatch
      let nowMs = 0
      stepsMs.forEach((stepMs, i) => {
        nowMs += stepMs
        // Everything that was made by then, seen by the worker a moment earlier than by the transport.
        const workerMs = Math.max(0, nowMs - (skewsMs[i] ?? 0))
        const outageMs = outageAt * 1000
        const arrivedMs = workerMs > outageMs ? Math.max(outageMs, workerMs - 6000) : workerMs
        // The buffer is filled by the first packets, and plays on while none come.
        const played = (heldMs: number) =>
          Math.max(0, Math.min(nowMs - heldMs, arrivedMs + (nowMs - workerMs)))
        const at = (ms: number, perSecond: number) => Math.floor((ms / 1000) * perSecond)
        const frames: LinkFrames = {
          worker: {
            sealed: counts({
              audio: at(workerMs, 50),
              video: at(workerMs, pictures),
              screen: at(workerMs, pictures),
            }),
            opened: counts({
              audio: at(arrivedMs, 50 * (1 - loss)),
              video: at(arrivedMs, pictures),
              screen: at(arrivedMs, pictures),
            }),
            refused: counts(),
            repeated: 0,
          },
          transport: {
            audioPacketsSent: at(nowMs, 50),
            audioFramesPlayed: at(played(heldMs), 50 * (1 - loss) * (1 + loss)),
            videoFramesSent: at(nowMs, pictures * (1 - dropped)),
            videoFramesDecoded: at(played(Math.min(heldMs, 1500)), pictures * (1 - dropped)),
            screenFramesSent: at(nowMs, pictures * (1 - dropped)),
            screenFramesDecoded: at(played(Math.min(heldMs, 1500)), pictures * (1 - dropped)),
          },
        }
        watch = watchFrames(watch, frames, nowMs)
        expect(watch.verdict).toBe('fine')
      })
    }),
    { numRuns: 300, seed: 20_261_125 },
  )
})

test.each(Object.keys(bypasses))('F8 %s ends the call within five seconds', (name) => {
  const bypass = bypasses[name] ?? {}
  const steps = fc.array(fc.integer({ min: 500, max: 1500 }), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(steps, fc.nat(600), fc.nat(999), (stepsMs, healthySeconds, offsetMs) => {
      // It may have been going on for a part of the first step.
      let elapsedMs = -offsetMs
      const seconds = stepsMs.map((ms) => {
        const share = ms / 1000
        const transport = Object.fromEntries(
          Object.entries(bypass.transport ?? {}).map(([key, count]) => [key, count * share]),
        )
        return { transport, ms }
      })
      const said = verdicts([...times(healthySeconds, healthy), ...seconds]).slice(healthySeconds)
      const cutAt = said.indexOf('bypassed')
      for (const ms of stepsMs.slice(0, cutAt + 1)) elapsedMs += ms
      expect(cutAt).toBeGreaterThanOrEqual(0)
      // Up to the measurement that shows it, which comes up to a step late.
      expect(elapsedMs).toBeLessThanOrEqual(4800 + (stepsMs[cutAt] ?? 0))
    }),
    { numRuns: 100, seed: 20_261_125 },
  )
})

test('F8 what goes round the worker beside what goes through it is seen as well', () => {
  const beside: Second = {
    ...healthy,
    transport: { ...healthy.transport, audioPacketsSent: 100 },
  }
  expect(verdicts([...times(100, healthy), ...times(5, beside)]).at(-1)).toBe('bypassed')
})

test('what was played falls by a little now and then, and neither forgives nor accuses', () => {
  const bad: Second = { opened: { audio: 30 }, refused: { audio: 20 }, transport: { audioFramesPlayed: 30 } }
  const fallen: Second = { ...bad, transport: { audioFramesPlayed: -1 } }
  expect(verdicts([healthy, bad, fallen, bad]).at(-1)).toBe('unverified')
  const flutter = Array.from({ length: 300 }, (_, i) => ({
    ...healthy,
    transport: { ...healthy.transport, audioFramesPlayed: i % 2 === 0 ? 51 : 49 },
  }))
  expect(new Set(verdicts(flutter))).toEqual(new Set(['fine']))
})

test('counters that go backwards or make no sense begin a new count and never throw', () => {
  const number = fc.oneof(
    fc.nat(1_000_000),
    fc.constantFrom(Infinity, Number.MAX_VALUE, NaN, -1, 0.5, Number.MAX_SAFE_INTEGER),
  )
  const kinds = fc.record({ audio: number, video: number, screen: number })
  const garbage = fc.record({
    worker: fc.record({ sealed: kinds, opened: kinds, refused: kinds, repeated: number }),
    transport: fc.record({
      audioPacketsSent: number,
      audioFramesPlayed: number,
      videoFramesSent: number,
      videoFramesDecoded: number,
      screenFramesSent: number,
      screenFramesDecoded: number,
    }),
  })
  fc.assert(
    fc.property(fc.array(garbage, { maxLength: 20 }), (all) => {
      let watch = newFrameWatch
      all.forEach((frames, i) => (watch = watchFrames(watch, frames, i * 1000)))
      expect(['fine', 'unverified', 'cut', 'bypassed']).toContain(watch.verdict)
    }),
    { numRuns: 200, seed: 20_261_125 },
  )
  const high = watchFrames(
    newFrameWatch,
    { ...noFrames, worker: { ...noFrames.worker, sealed: counts({ audio: 9 }) } },
    0,
  )
  const again = watchFrames(high, noFrames, 1000)
  expect(again).toMatchObject({ verdict: 'fine', debts: newFrameWatch.debts })
})
