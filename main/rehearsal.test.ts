import { expect, test } from 'vitest'
import { ringLimits } from '../contract/ringing.ts'
import { createVirtualClock } from './call/virtual-clock.ts'
import { createRehearsal } from './rehearsal.ts'

function person() {
  const clock = createVirtualClock()
  const call = { on: false }
  const rehearsal = createRehearsal({ clock, inCall: () => call.on })
  const heard: unknown[] = []
  rehearsal.onChange(() => heard.push(rehearsal.tone()))
  return { clock, call, rehearsal, heard }
}

test('rings for three seconds, however long the page sleeps', async () => {
  const { clock, rehearsal, heard } = person()
  rehearsal.start('bell')
  await clock.advance(ringLimits.rehearsalMs - 1)
  expect(heard).toEqual(['bell'])
  await clock.advance(1)
  expect(heard).toEqual(['bell', null])
})

test('is over at once when it is stopped, and the timer of before ends nothing later', async () => {
  const { clock, rehearsal, heard } = person()
  rehearsal.start('bell')
  rehearsal.stop()
  expect(heard).toEqual(['bell', null])
  await clock.advance(1_000)
  rehearsal.start('harp')
  await clock.advance(ringLimits.rehearsalMs - 1_000)
  expect(rehearsal.tone()).toBe('harp')
})

test('does not begin while there is a call', () => {
  const { call, rehearsal, heard } = person()
  call.on = true
  rehearsal.start('bell')
  expect(heard).toEqual([])
})
