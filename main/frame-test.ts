// Whether sound and pictures can be encrypted here: what the page found when it tried, and for which version. Knows nothing
// of the trial itself.
import type { AppView } from '../contract/ipc.ts'
import type { Settings } from '../contract/settings.ts'
import { createListeners } from './listeners.ts'

export interface FrameTest {
  state(): AppView['frameTest']
  /** The page's word. One failure stays until the app starts again. */
  tested(passed: boolean): void
  onChange(listener: () => void): () => void
}

/** A version that passed is remembered; another one brings another Chromium with it, and is tried out anew. */
export function createFrameTest(options: {
  readonly version: string
  readonly settings: { get(): Settings; change(part: Partial<Settings>): void }
}): FrameTest {
  const { version, settings } = options
  const listeners = createListeners()
  let result: 'passed' | 'failed' | null = settings.get().frameTestPassed === version ? 'passed' : null

  return {
    state: () => result ?? 'needed',
    tested(passed) {
      if (result === 'failed') return
      result = passed ? 'passed' : 'failed'
      listeners.tell()
      settings.change({ frameTestPassed: passed ? version : '' })
    },
    onChange: listeners.onChange,
  }
}
