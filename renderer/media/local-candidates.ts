// The candidates this side finds, on their way to main: those that can be of use, a few at a time.
import type { Candidate, LinkSignal } from '../../contract/link.ts'

const batchDelayMs = 20
const maxBatchLength = 40

/** Loopback is refused by main as well; it reaches nobody else. */
const onLoopback = /^candidate:\S+ \S+ \S+ \S+ (?:127\.|::1 )/i

export interface LocalCandidates {
  add(candidate: Candidate): void
  /** Forgets what has not been sent. */
  stop(): void
}

export function createLocalCandidates(send: (signal: LinkSignal) => void): LocalCandidates {
  let waiting: Candidate[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const list = waiting
    waiting = []
    if (list.length > 0) send({ type: 'candidates', list })
  }

  return {
    add({ candidate, sdpMid, sdpMLineIndex }) {
      // An empty one marks the end; main has no use for it.
      if (candidate === '' || onLoopback.test(candidate)) return
      waiting.push({ candidate, sdpMid, sdpMLineIndex })
      if (waiting.length >= maxBatchLength) flush()
      else timer ??= setTimeout(flush, batchDelayMs)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      waiting = []
    },
  }
}
