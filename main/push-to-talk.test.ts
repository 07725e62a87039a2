import { expect, test } from 'vitest'
import type { CallView } from '../contract/call-view.ts'
import type { CallId } from '../contract/ids.ts'
import { createVirtualClock } from './call/virtual-clock.ts'
import { createPushToTalk, pushToTalkManners } from './push-to-talk.ts'

const one = 'one' as CallId
const two = 'two' as CallId

function person(wish: { pushToTalk: boolean }) {
  const clock = createVirtualClock()
  let call: CallView = { phase: 'idle' }
  const muted: boolean[] = []
  const talk = createPushToTalk({
    clock,
    call: () => call,
    wanted: () => wish.pushToTalk,
    mute(callId, on) {
      muted.push(on)
      if (call.phase === 'idle' || call.callId !== callId) throw new Error('another call')
      be(call.phase, callId, !on)
    },
  })
  function be(phase: CallView['phase'], callId: CallId = one, micOn = true) {
    call = { phase, callId, media: { micOn } } as unknown as CallView
    talk.look()
  }
  const micOn = () => call.phase !== 'idle' && call.media.micOn
  return {
    clock,
    talk,
    muted,
    be,
    micOn,
    hold: (on: boolean, callId = one) => talk.talk({ type: 'talk', callId, on }),
  }
}

test.each(['dialing', 'connecting'] as const)(
  'with push-to-talk a call that is %s begins with the microphone off',
  (phase) => {
    const { be, micOn, muted } = person({ pushToTalk: true })
    be('incoming')
    expect(muted).toEqual([])
    be(phase)
    expect(micOn()).toBe(false)
    be('talking', one, micOn())
    expect(muted).toEqual([true])
  },
)

test('a microphone that a person opened by its button stays open for the rest of the call, and not in the next', () => {
  const { be, micOn } = person({ pushToTalk: true })
  be('talking')
  be('talking', one, true)
  be('reconnecting', one, true)
  expect(micOn()).toBe(true)
  be('ended', one, true)
  be('dialing', two)
  expect(micOn()).toBe(false)
})

test('without it a call begins open, and a key or command can still be held', () => {
  const { be, micOn, hold, talk } = person({ pushToTalk: false })
  be('talking')
  expect(micOn()).toBe(true)
  hold(true)
  expect([micOn(), talk.view()]).toEqual([true, 'held'])
  hold(false)
  expect([micOn(), talk.view()]).toEqual([false, 'up'])
})

test('choosing it in a call closes the microphone at once', () => {
  const wish = { pushToTalk: false }
  const { be, micOn, talk } = person(wish)
  be('talking')
  wish.pushToTalk = true
  talk.look()
  expect(micOn()).toBe(false)
})

test('a key that nobody says is still held is let go after 60 s, and that is said until the next press', async () => {
  const { be, clock, hold, micOn, talk } = person({ pushToTalk: true })
  be('talking')
  hold(true)
  await clock.advance(pushToTalkManners.watchdogMs - 1)
  expect([micOn(), talk.view()]).toEqual([true, 'held'])
  hold(true)
  await clock.advance(pushToTalkManners.watchdogMs - 1)
  expect(micOn()).toBe(true)
  await clock.advance(1)
  expect([micOn(), talk.view()]).toEqual([false, 'stuck'])
  hold(true)
  expect(talk.view()).toBe('held')
  hold(false)
  await clock.advance(10 * pushToTalkManners.watchdogMs)
  expect([micOn(), talk.view()]).toEqual([false, 'up'])
})

test('muting by another way lets go, and so does the end of the call', async () => {
  const { be, clock, hold, muted, talk } = person({ pushToTalk: true })
  be('talking')
  hold(true)
  be('talking', one, false)
  expect(talk.view()).toBe('up')
  hold(true)
  be('ended')
  expect(talk.view()).toBe('up')
  const before = muted.length
  await clock.advance(2 * pushToTalkManners.watchdogMs)
  expect(muted).toHaveLength(before)
})

test('a call that rings, is over or is another one cannot be spoken in', () => {
  const { be, hold } = person({ pushToTalk: true })
  expect(() => hold(true)).toThrow('no-call')
  be('incoming')
  expect(() => hold(true)).toThrow('no-call')
  be('talking', two)
  expect(() => hold(true)).toThrow('no-call')
  be('ended', two)
  expect(() => hold(true, two)).toThrow('no-call')
})
