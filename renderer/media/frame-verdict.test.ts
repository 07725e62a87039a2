import { describe, expect, it } from 'vitest'
import type { FrameCounts } from '../../contract/link.ts'
import { verdictOn, type Flow, type Seen } from './frame-verdict.ts'

const counts = (changes: Partial<FrameCounts> = {}): FrameCounts => ({
  sealed: { audio: 0, video: 0, screen: 0 },
  opened: { audio: 0, video: 0, screen: 0 },
  refused: { audio: 0, video: 0, screen: 0 },
  repeated: 0,
  ...changes,
})
const flow = (sent: number, received: number, decoded: number): Flow => ({ sent, received, decoded })
const good: Seen = {
  flows: {
    sound: flow(9, 9, 0),
    picture: flow(9, 9, 3),
    wrongKey: flow(9, 9, 0),
    unsealed: flow(0, 0, 0),
    unopened: flow(9, 9, 0),
  },
  right: counts({ opened: { audio: 3, video: 3, screen: 0 } }),
  wrong: counts({ refused: { audio: 0, video: 0, screen: 3 } }),
}
const withFlow = (line: keyof Seen['flows'], changed: Flow): Seen => ({
  ...good,
  flows: { ...good.flows, [line]: changed },
})

describe('the verdict on the frame layer', () => {
  it('is that it holds, when what must come through did and the rest was held back', () => {
    expect(verdictOn(good)).toBe('holds')
  })
  it.each([
    ['F2 a picture is decoded with the wrong key', withFlow('wrongKey', flow(9, 9, 1))],
    ['F3 a packet leaves unsealed', withFlow('unsealed', flow(1, 0, 0))],
    ['F4 a picture is decoded that nobody opened', withFlow('unopened', flow(9, 9, 1))],
  ])('is that it is breached, when %s', (_name, seen) => {
    expect(verdictOn(seen)).toBe('breached')
  })
  it.each([
    ['no picture was decoded', withFlow('picture', flow(9, 9, 0))],
    ['nothing came that was left unopened', withFlow('unopened', flow(9, 0, 0))],
    ['no sound was opened', { ...good, right: counts({ opened: { audio: 0, video: 3, screen: 0 } }) }],
    ['no frame met the wrong key', { ...good, wrong: counts() }],
  ])('is still open while %s', (_name, seen) => {
    expect(verdictOn(seen)).toBe('open')
  })
})
