import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import type { ShellApi, ViewPush } from '../../contract/ipc.ts'
import { shownAfterMs, useViews } from './views.ts'

const { connecting: connectingMs = 0, talking: talkingMs = 0 } = shownAfterMs

function mirror() {
  let push = (_view: ViewPush): void => undefined
  let version = 0
  const views = useViews()
  void views.connect({
    on: { view: (listener: typeof push) => (push = listener) },
    snapshot: async () => ({ ok: false, code: 'not-ready' }),
  } as unknown as ShellApi)
  return {
    shown: () => views.slices.call.phase,
    tell(phase: CallView['phase']) {
      push({ slice: 'call', version: ++version, value: { phase } as CallView })
    },
  }
}

describe('a call that comes in', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
  })
  afterEach(() => void vi.useRealTimers())

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
  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
  })
  afterEach(() => void vi.useRealTimers())

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
  it('follows every change at once after that', () => {
    const { shown, tell } = mirror()
    tell('connecting')
    vi.advanceTimersByTime(connectingMs)
    tell('connecting')
    tell('talking')
    vi.advanceTimersByTime(talkingMs)
    for (const phase of ['talking', 'reconnecting', 'talking', 'ended'] as const) {
      tell(phase)
      expect(shown()).toBe(phase)
    }
  })
})
