// The candidates this side finds, on their way to main: those that can be of use, a few at a time.
import type { Candidate, LinkSignal } from '../../contract/link.ts'

/**
 * Of two paths that both work, Chromium keeps the one whose candidates were worth more, and for two and a half seconds does not
 * notice that it is dead. So those of a restart are worth more than all before them, and the peer changes over as soon as a
 * new path is there. Among themselves they keep their order: this is the priority of RFC 8445 section 5.1.2 in the range
 * below, one range for each ufrag. All lie above a relayed candidate of the peer's and below the others, which it ranks itself.
 */
const lowest = 2 ** 26
const range = 2 ** 22
/** Afterwards, at twenty restarts a minute for a quarter of an hour, the latest are worth as much as the ones before. */
const maxRange = 380

const batchDelayMs = 20
/** Those of relays come together, last, and where they are needed nothing else gets through. */
const isRelayed = / typ relay\b/
const maxBatchLength = 40

/** Loopback is refused by main as well; it reaches nobody else. */
const onLoopback = /^candidate:\S+ \S+ \S+ \S+ (?:127\.|::1 )/i

export interface LocalCandidates {
  add(candidate: Candidate): void
  /** Forgets what has not been sent. */
  stop(): void
}

export function createLocalCandidates(send: (signal: LinkSignal) => void): LocalCandidates {
  const ufrags: string[] = []
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
      const [, ufrag = ''] = / ufrag (\S+)/.exec(candidate) ?? []
      if (!ufrags.includes(ufrag)) ufrags.push(ufrag)
      waiting.push({ candidate: ranked(candidate, ufrags.indexOf(ufrag)), sdpMid, sdpMLineIndex })
      if (waiting.length >= maxBatchLength) return flush()
      if (isRelayed.test(candidate)) {
        clearTimeout(timer)
        timer = setTimeout(flush, 0)
      } else timer ??= setTimeout(flush, batchDelayMs)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
      waiting = []
    },
  }
}

/** Restarted this often before. */
const ranked = (candidate: string, restarts: number): string =>
  candidate.replace(
    /^(candidate:\S+ \S+ \S+) (\d+)/,
    (_line, start: string, priority: string) =>
      `${start} ${lowest + Math.min(restarts, maxRange) * range + (Number(priority) >>> 9)}`,
  )
