import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import type { CallView } from '../../contract/call-view.ts'
import { createShownCall, shownAfterMs } from './shown-call.ts'

const { connecting: connectingMs = 0, talking: talkingMs = 0 } = shownAfterMs

function mirror() {
  const view = shallowRef<CallView>({ phase: 'idle' })
  const shown = createShownCall(view)
  return {
    shown: () => shown.value.phase,
    tell: (phase: CallView['phase']) => void (view.value = { phase } as CallView),
  }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a call that comes in', () => {
  it('is drawn after what begins to ring with the same push', () => {
    const { shown, tell } = mirror()
    tell('incoming')
    expect(shown()).toBe('idle')
    vi.advanceTimersByTime(0)
    expect(shown()).toBe('incoming')
  })
  it('that is over by then is not drawn at all', () => {
    const { shown, tell } = mirror()
    tell('incoming')
    tell('ended')
    expect(shown()).toBe('ended')
    vi.advanceTimersByTime(0)
    expect(shown()).toBe('ended')
  })
})

describe('a call that comes about', () => {
  it('has a screen of its own only once that lasts', () => {
    const { shown, tell } = mirror()
    tell('ringing')
    tell('connecting')
    vi.advanceTimersByTime(connectingMs - 1)
    expect(shown()).toBe('ringing')
    vi.advanceTimersByTime(1)
    expect(shown()).toBe('connecting')
  })
  it('goes from ringing to talking where it is quick, a moment after the first sound, and never back', () => {
    const { shown, tell } = mirror()
    tell('incoming')
    vi.advanceTimersByTime(0)
    tell('connecting')
    vi.advanceTimersByTime(connectingMs - 1)
    tell('talking')
    // What is learnt of the call meanwhile puts nothing off.
    vi.advanceTimersByTime(talkingMs - 1)
    tell('talking')
    expect(shown()).toBe('incoming')
    vi.advanceTimersByTime(1)
    expect(shown()).toBe('talking')
    vi.advanceTimersByTime(connectingMs)
    expect(shown()).toBe('talking')
  })
  it('that ends meanwhile has ended at once', () => {
    const { shown, tell } = mirror()
    tell('incoming')
    vi.advanceTimersByTime(0)
    tell('connecting')
    tell('ended')
    vi.advanceTimersByTime(connectingMs)
    expect(shown()).toBe('ended')
  })
  it.each(['connecting', 'talking', 'reconnecting'] as const)(
    'is drawn at once where a page is loaded into it: %s',
    (phase) => {
      const { shown, tell } = mirror()
      tell(phase)
      expect(shown()).toBe(phase)
    },
  )
  it('follows every change at once after that', () => {
    const { shown, tell } = mirror()
    tell('connecting')
    tell('connecting')
    tell('talking')
    vi.advanceTimersByTime(talkingMs)
    for (const phase of ['talking', 'reconnecting', 'talking', 'ended'] as const) {
      tell(phase)
      expect(shown()).toBe(phase)
    }
  })
})
