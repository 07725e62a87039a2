import { describe, expect, it } from 'vitest'
import { createReplyHandles, defaultHandleCaps } from './reply-handles.ts'

const asleep = () => {}

function handlesAt(startMs: number, caps: Partial<typeof defaultHandleCaps> = {}) {
  let nowMs = startMs
  const handles = createReplyHandles(() => nowMs, { ...defaultHandleCaps, ...caps })
  /** What a party is handed at the handle `h`, and says that it got. */
  function next(party: object) {
    const waiting = handles.take('h', party)
    if (waiting) handles.acked('h', waiting.id)
    return waiting && waiting.env
  }
  return { handles, next, pass: (ms: number) => (nowMs += ms) }
}

describe('a reply handle', () => {
  it('carries what one side says to the other side only', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    handles.put('h', alice, { n: 1 })
    handles.put('h', alice, { n: 2 })
    expect(next(alice)).toBeNull()
    expect([next(bob), next(bob), next(bob)]).toEqual([{ n: 1 }, { n: 2 }, null])
  })

  it('holds what is said before the other side comes, and wakes it when it does', () => {
    const { handles, next } = handlesAt(0)
    const woken: string[] = []
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep)
    handles.put('h', alice, { n: 1 })
    handles.open('h', bob, (handle) => woken.push(handle))
    expect(woken).toEqual(['h'])
    expect(next(bob)).toEqual({ n: 1 })
  })

  it('gives a party that opens it again the same seat', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob] = [{}, {}]
    for (const party of [alice, bob, alice, bob]) expect(handles.open('h', party, asleep)).toBeNull()
    handles.put('h', alice, { n: 1 })
    expect(next(bob)).toEqual({ n: 1 })
  })

  it('refuses a third party, which can neither speak nor listen there', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob, eve] = [{}, {}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    expect(handles.open('h', eve, asleep)).toBe('full')
    expect(handles.put('h', eve, { n: 1 })).toBe('gone')
    handles.put('h', alice, { n: 2 })
    expect(next(eve)).toBeNull()
    expect(handles.close('h', eve)).toBe('gone')
  })

  it('keeps what waits for a side that reconnects', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob, bobAgain] = [{}, {}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    handles.leave(bob)
    handles.put('h', alice, { n: 1 })
    handles.leave(alice)
    handles.open('h', bobAgain, asleep)
    expect(next(bobAgain)).toEqual({ n: 1 })
  })

  it('gives a side that names its seat the seat that a dead connection of it still holds', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob, returned, eve] = [{}, {}, {}, {}]
    handles.open('h', alice, asleep, 'seat of alice')
    handles.open('h', bob, asleep, 'seat of bob')
    handles.put('h', bob, { n: 1 })
    expect(handles.open('h', eve, asleep, 'seat of eve')).toBe('full')
    expect(handles.open('h', eve, asleep)).toBe('full')
    expect(handles.open('h', returned, asleep, 'seat of alice')).toBeNull()
    expect(next(returned)).toEqual({ n: 1 })
    // The dead connection has nothing more to say there, and its end takes nothing away.
    expect(handles.put('h', alice, { n: 2 })).toBe('gone')
    expect([handles.seatsOf(alice), handles.seatsOf(returned)]).toEqual([0, 1])
    handles.leave(alice)
    handles.put('h', returned, { n: 3 })
    expect(next(bob)).toEqual({ n: 3 })
    expect(handles.open('h', {}, asleep, 'seat of eve')).toBe('full')
  })

  it('hands what a dead connection never acked to the next one, and nothing twice to one that lives', () => {
    const { handles } = handlesAt(0)
    const [alice, bob, returned] = [{}, {}, {}]
    handles.open('h', alice, asleep, 'seat of alice')
    handles.open('h', bob, asleep, 'seat of bob')
    for (const n of [1, 2, 3]) handles.put('h', bob, { n })
    const [first, second] = [handles.take('h', alice), handles.take('h', alice)]
    handles.acked('h', first!.id)
    handles.open('h', alice, asleep, 'seat of alice')
    expect([first, second].map((waiting) => waiting?.env)).toEqual([{ n: 1 }, { n: 2 }])
    expect(handles.take('h', alice)?.env).toEqual({ n: 3 })
    expect(handles.take('h', alice)).toBeNull()

    const woken: string[] = []
    handles.open('h', returned, (handle) => woken.push(handle), 'seat of alice')
    expect(woken).toEqual(['h'])
    handles.put('h', bob, { n: 4 })
    // Said late, over the connection that was thought dead.
    handles.acked('h', second!.id)
    expect([3, 4].map(() => handles.take('h', returned)?.env)).toEqual([{ n: 3 }, { n: 4 }])
    expect(handles.take('h', returned)).toBeNull()
    expect(handles.counts().envelopes).toBe(2)
  })

  it('has room for one who never acks, and keeps what it was not handed', () => {
    const { handles } = handlesAt(0, { envelopesPerSeat: 3 })
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    for (let n = 0; n < 10; n++) {
      expect(handles.put('h', bob, { n })).toBeNull()
      expect(handles.take('h', alice)?.env).toEqual({ n })
    }
    const answers = [10, 11, 12, 13].map((n) => handles.put('h', bob, { n }))
    expect(answers).toEqual([null, null, null, 'full'])
    expect(handles.counts().envelopes).toBe(3)
    expect([10, 11, 12].map(() => handles.take('h', alice)?.env)).toEqual([{ n: 10 }, { n: 11 }, { n: 12 }])
  })

  it('refuses what there is no room for, and loses nothing that waits by it', () => {
    const { handles, next } = handlesAt(0, { envelopesPerSeat: 2, bytes: 40 })
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep, 'seat of alice')
    handles.open('h', bob, asleep)
    for (const n of [1, 2]) handles.put('h', bob, { n })
    handles.take('h', alice)
    expect(handles.put('h', bob, { n: 'x'.repeat(40) })).toBe('full')
    const again = {}
    handles.open('h', again, asleep, 'seat of alice')
    expect([next(again), next(again)]).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('gives a side that comes back to an empty handle its own seat, and what waits there', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep, 'seat of alice')
    handles.open('h', bob, asleep, 'seat of bob')
    handles.put('h', alice, { to: 'bob' })
    handles.put('h', bob, { to: 'alice' })
    handles.leave(alice)
    handles.leave(bob)
    const again = {}
    handles.open('h', again, asleep, 'seat of bob')
    expect(next(again)).toEqual({ to: 'bob' })
  })

  it('gives a phone that names no seat the one where something new waits, and not what it said itself', () => {
    const { handles } = handlesAt(0)
    const [alice, bob, again] = [{}, {}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    handles.put('h', bob, { to: 'alice' })
    handles.take('h', alice)
    handles.leave(alice)
    handles.leave(bob)
    handles.open('h', alice, asleep)
    handles.put('h', alice, { to: 'bob' })
    handles.leave(alice)
    handles.open('h', again, asleep)
    expect(handles.take('h', again)?.env).toEqual({ to: 'bob' })
  })

  it('keeps nothing for somebody who cannot come for it', () => {
    const { handles } = handlesAt(0)
    const [alice, bob] = [{}, {}]
    handles.open('never came', alice, asleep)
    handles.put('never came', alice, { n: 1 })
    handles.close('never came', alice)
    handles.open('left too', alice, asleep, 'seat of alice')
    handles.open('left too', bob, asleep, 'seat of bob')
    handles.put('left too', alice, { n: 1 })
    handles.close('left too', alice)
    expect(handles.counts().envelopes).toBe(1)
    expect(handles.close('left too', bob)).toBe('gone')
    expect(handles.counts()).toMatchObject({ envelopes: 0, bytes: 0 })
  })

  it('is gone for both once either side closed it, and forgotten later', () => {
    const { handles, next, pass } = handlesAt(0)
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    handles.put('h', alice, { n: 1 })
    expect(handles.close('h', alice)).toBeNull()
    expect(next(bob)).toEqual({ n: 1 })
    expect(handles.put('h', bob, { n: 2 })).toBe('gone')
    expect(handles.open('h', alice, asleep)).toBe('gone')
    expect(handles.close('h', bob)).toBe('gone')
    pass(60_000)
    handles.sweep()
    expect(handles.counts()).toEqual({ handles: 0, envelopes: 0, bytes: 0 })
    expect(handles.seatsOf(alice) + handles.seatsOf(bob)).toBe(0)
  })

  it('gives a goodbye to the side whose connection was dead when the other one closed it, and nothing else', () => {
    const { handles, next } = handlesAt(0)
    const [alice, bob, returned, eve] = [{}, {}, {}, {}]
    handles.open('h', alice, asleep, 'seat of alice')
    handles.open('h', bob, asleep, 'seat of bob')
    handles.put('h', bob, { last: true })
    handles.take('h', alice)
    handles.close('h', bob)
    const woken: string[] = []
    const wake = (handle: string) => woken.push(handle)
    for (const name of [undefined, 'seat of eve', 'seat of bob'])
      expect(handles.open('h', eve, wake, name)).toBe('gone')
    expect([woken, next(eve)]).toEqual([[], null])
    expect(handles.open('h', returned, wake, 'seat of alice')).toBe('gone')
    expect(woken).toEqual(['h'])
    expect(next(returned)).toEqual({ last: true })
    expect(handles.put('h', returned, { n: 1 })).toBe('gone')
    expect(handles.countRelay('h', returned)).toBe('gone')
  })

  it('S16: sends nothing more than four times to whoever takes its seat again and again', () => {
    const { handles } = handlesAt(0)
    const bob = {}
    handles.open('h', {}, asleep, 'seat of alice')
    handles.open('h', bob, asleep)
    handles.put('h', bob, { n: 1 })
    const handed = Array.from({ length: 10 }, () => {
      const again = {}
      handles.open('h', again, asleep, 'seat of alice')
      return handles.take('h', again)?.env
    })
    expect(handed.filter((env) => env !== undefined)).toHaveLength(4)
    expect(handles.counts()).toMatchObject({ envelopes: 0, bytes: 0 })
  })

  it('R10: forgets what waited a minute, and itself a minute after both left', () => {
    const { handles, pass } = handlesAt(0)
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep)
    handles.put('h', alice, { n: 1 })
    pass(60_000)
    handles.sweep()
    expect(handles.counts()).toEqual({ handles: 1, envelopes: 0, bytes: 0 })
    handles.open('h', bob, asleep)
    handles.leave(alice)
    handles.leave(bob)
    pass(59_999)
    handles.sweep()
    expect(handles.counts().handles).toBe(1)
    pass(1)
    handles.sweep()
    expect(handles.counts().handles).toBe(0)
  })

  it('S24: has room for 64 envelopes a side and for a few handles a party', () => {
    const { handles } = handlesAt(0, { handles: 3, handlesPerParty: 2 })
    const [alice, bob] = [{}, {}]
    handles.open('h', alice, asleep)
    const answers = Array.from({ length: 65 }, (_, n) => handles.put('h', alice, { n }))
    expect(answers.filter((answer) => answer === null)).toHaveLength(64)
    expect(answers.at(-1)).toBe('full')
    expect(handles.open('h2', alice, asleep)).toBeNull()
    expect(handles.open('h3', alice, asleep)).toBe('full')
    expect(handles.open('h3', bob, asleep)).toBeNull()
    expect(handles.open('h4', bob, asleep)).toBe('full')
  })
})

describe('relay credentials at a reply handle', () => {
  it('are counted for each seat, whoever sits there, and only for who sits there', () => {
    const { handles } = handlesAt(0)
    const [alice, bob, eve] = [{}, {}, {}]
    handles.open('h', alice, asleep)
    handles.open('h', bob, asleep)
    for (let n = 0; n < 6; n += 1) expect(handles.countRelay('h', alice)).toEqual({ side: 'a' })
    expect(handles.countRelay('h', alice)).toBe('full')
    expect(handles.countRelay('h', bob)).toEqual({ side: 'b' })
    expect(handles.countRelay('h', eve)).toBe('gone')
    handles.leave(alice)
    expect(handles.countRelay('h', alice)).toBe('gone')
    handles.open('h', eve, asleep)
    expect(handles.countRelay('h', eve)).toBe('full')
    handles.close('h', bob)
    expect([alice, bob, eve].map((party) => handles.countRelay('h', party))).toEqual(['gone', 'gone', 'gone'])
  })

  it('are there again after five minutes, for a call that goes on', () => {
    const { handles, pass } = handlesAt(0)
    const alice = {}
    handles.open('h', alice, asleep)
    handles.countRelay('h', alice)
    pass(60_000)
    for (let n = 0; n < 5; n += 1) handles.countRelay('h', alice)
    pass(239_999)
    expect(handles.countRelay('h', alice)).toBe('full')
    pass(1)
    expect(handles.countRelay('h', alice)).toEqual({ side: 'a' })
    expect(handles.countRelay('h', alice)).toBe('full')
    pass(60_000)
    expect(handles.countRelay('h', alice)).toEqual({ side: 'a' })
  })

  it('tell who forgets a handle that nobody closed', () => {
    const { handles, pass } = handlesAt(0)
    const forgotten: string[] = []
    handles.watchForgotten((handle) => forgotten.push(handle))
    const alice = {}
    for (const handle of ['left', 'closed', 'open']) handles.open(handle, alice, asleep)
    handles.close('closed', alice)
    handles.leave(alice)
    handles.open('open', alice, asleep)
    pass(60_000)
    handles.sweep()
    expect(forgotten).toEqual(['left'])
  })
})
