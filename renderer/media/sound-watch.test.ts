import { describe, expect, it } from 'vitest'
import { createSoundWatch, lookEveryMs } from './sound-watch.ts'

function watch() {
  let nowMs = 1_000
  const told: boolean[] = []
  const sound = createSoundWatch(
    (flowing) => told.push(flowing),
    () => nowMs,
  )
  return {
    told,
    heard: sound.heard,
    /** As the worker's timer does. */
    pass(ms: number) {
      for (let passed = 0; passed < ms; passed += lookEveryMs) {
        nowMs += lookEveryMs
        sound.look()
      }
    },
    standStill(ms: number) {
      nowMs += ms
      sound.look()
    },
  }
}

describe('sound that stops coming', () => {
  it('is noticed after 400 ms, once', () => {
    const one = watch()
    one.heard()
    one.pass(350)
    expect(one.told).toEqual([])
    one.pass(50)
    expect(one.told).toEqual([false])
    one.pass(60_000)
    expect(one.told).toEqual([false])
  })
  it('and comes again is noticed with the first frame', () => {
    const one = watch()
    one.heard()
    one.pass(400)
    one.heard()
    one.heard()
    expect(one.told).toEqual([false, true])
    one.pass(400)
    expect(one.told).toEqual([false, true, false])
  })
  it('is none before the first frame', () => {
    const one = watch()
    one.pass(10_000)
    expect(one.told).toEqual([])
  })
  it('is none while frames come, however unevenly', () => {
    const one = watch()
    for (let time = 0; time < 20; time++) {
      one.heard()
      one.pass(350)
    }
    expect(one.told).toEqual([])
  })
  it('is not taken for a computer that stood still: what came meanwhile is still to be handed over', () => {
    const one = watch()
    one.heard()
    one.standStill(30_000)
    expect(one.told).toEqual([])
    one.pass(400)
    expect(one.told).toEqual([false])
  })
})
