import { expect, test } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import { createIncomingAlert } from './incoming-alert.ts'

const call = (phase: CallView['phase'], callId = 'one', silenced = false) =>
  ({ phase, callId, silenced }) as unknown as CallView

function alert() {
  const seen: string[] = []
  const clock = { nowMs: 1_000 }
  let show: () => void = () => undefined
  let opens: () => void = () => undefined
  const incoming = createIncomingAlert({
    open: (onShown) => {
      seen.push('open')
      show = onShown
    },
    close: () => seen.push('close'),
    after(ms, task) {
      expect(ms).toBe(100)
      opens = task
      return () => (opens = () => undefined)
    },
    nowMs: () => clock.nowMs,
  })
  /** The time until the window opens has passed. */
  function open() {
    const task = opens
    opens = () => undefined
    task()
  }
  return { incoming, seen, clock, open, show: () => show() }
}

test.each(['connecting', 'ended', 'idle'] as const)(
  'the window is open while it rings and closed when it is %s',
  (after) => {
    const { incoming, seen, open } = alert()
    incoming.update(call('idle'))
    incoming.update(call('incoming'))
    incoming.update(call('incoming'))
    expect(seen).toEqual([])
    open()
    expect(seen).toEqual(['open'])
    incoming.update(call(after))
    incoming.update(call(after))
    expect(seen).toEqual(['open', 'close'])
  },
)

test.each(['dialing', 'ringing', 'talking'] as const)('a call that is %s opens no window', (phase) => {
  const { incoming, seen } = alert()
  incoming.update(call(phase))
  expect(seen).toEqual([])
})

test('E31 whoever rings and calls anew keeps the window, and a press counts half a second later', () => {
  const { incoming, seen, clock, open, show } = alert()
  incoming.update(call('incoming', 'one'))
  open()
  show()
  clock.nowMs += 1_000
  incoming.update(call('incoming', 'two'))
  expect(seen).toEqual(['open'])
  expect(incoming.acceptsInput()).toBe(false)
  clock.nowMs += 500
  expect(incoming.acceptsInput()).toBe(true)
  incoming.update(call('ended', 'two'))
  expect(seen).toEqual(['open', 'close'])
})

test('E31 a call anew before the window is in sight opens no way past the guard', () => {
  const { incoming, clock, open, show } = alert()
  incoming.update(call('incoming', 'one'))
  incoming.update(call('incoming', 'two'))
  open()
  clock.nowMs += 1_000
  expect(incoming.acceptsInput()).toBe(false)
  show()
  expect(incoming.acceptsInput()).toBe(false)
  clock.nowMs += 500
  expect(incoming.acceptsInput()).toBe(true)
})

test('E31 a press counts from half a second after the window was in sight', () => {
  const { incoming, clock, open, show } = alert()
  expect(incoming.acceptsInput()).toBe(false)
  incoming.update(call('incoming'))
  open()
  clock.nowMs += 60_000
  expect(incoming.acceptsInput()).toBe(false)
  show()
  clock.nowMs += 499
  expect(incoming.acceptsInput()).toBe(false)
  clock.nowMs += 1
  expect(incoming.acceptsInput()).toBe(true)
  incoming.update(call('ended'))
  expect(incoming.acceptsInput()).toBe(false)
})

test('E31 a window that came into sight for an earlier call does not open the way for the next', () => {
  const { incoming, clock, open, show } = alert()
  incoming.update(call('incoming', 'one'))
  open()
  const late = show
  incoming.update(call('ended', 'one'))
  late()
  clock.nowMs += 1_000
  incoming.update(call('incoming', 'two'))
  open()
  clock.nowMs += 1_000
  expect(incoming.acceptsInput()).toBe(false)
})

test('a call that is over before its window opens has none', () => {
  const { incoming, seen, open } = alert()
  incoming.update(call('incoming'))
  incoming.update(call('ended'))
  open()
  expect(seen).toEqual(['close'])
})

test('a call that is silenced before its window opens is shown all the same', () => {
  const { incoming, seen, open } = alert()
  incoming.update(call('incoming'))
  incoming.update(call('incoming', 'one', true))
  open()
  expect(seen).toEqual(['open'])
})

test('a call that is silent from the start opens no window; one that a person silences keeps it', () => {
  const { incoming, seen, open } = alert()
  incoming.update(call('incoming', 'one', true))
  incoming.update(call('incoming', 'one', true))
  incoming.update(call('ended', 'one'))
  expect(seen).toEqual([])
  incoming.update(call('incoming', 'two'))
  open()
  incoming.update(call('incoming', 'two', true))
  expect(seen).toEqual(['open'])
  incoming.update(call('ended', 'two'))
  expect(seen).toEqual(['open', 'close'])
})
