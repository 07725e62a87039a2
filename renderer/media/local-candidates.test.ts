import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Candidate, LinkSignal } from '../../contract/link.ts'
import { createLocalCandidates } from './local-candidates.ts'

/** As Chromium finds it, and as it goes to the peer. */
const [found, told] = [2_122_260_223, 2 ** 26 + (2_122_260_223 >>> 9)]
const candidate = (address: string, priority = found, ufrag = 'abcd'): Candidate => ({
  candidate: `candidate:1 1 udp ${priority} ${address} 50000 typ host ufrag ${ufrag}`,
  sdpMid: '0',
  sdpMLineIndex: 0,
})
function sending() {
  const sent: LinkSignal[] = []
  return { sent, candidates: createLocalCandidates((signal) => sent.push(signal)) }
}

describe('the candidates of this side', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('go together when they are found together, with what the contract knows and nothing else', () => {
    const { sent, candidates } = sending()
    candidates.add({ ...candidate('192.0.2.1'), usernameFragment: 'abcd' } as Candidate)
    candidates.add(candidate('192.0.2.2'))
    expect(sent).toEqual([])
    vi.advanceTimersByTime(20)
    expect(sent).toEqual([
      { type: 'candidates', list: [candidate('192.0.2.1', told), candidate('192.0.2.2', told)] },
    ])
  })
  it('wait for nothing once a relay has given one, and go with those that came before it', () => {
    const { sent, candidates } = sending()
    const relayed = {
      ...candidate('192.0.2.9'),
      candidate: 'candidate:1 1 udp 41885439 192.0.2.9 50000 typ relay',
    }
    candidates.add(candidate('192.0.2.1'))
    candidates.add(relayed)
    candidates.add(relayed)
    vi.advanceTimersByTime(1)
    expect(sent.map((signal) => signal.type === 'candidates' && signal.list.length)).toEqual([3])
    vi.advanceTimersByTime(100)
    expect(sent).toHaveLength(1)
  })
  it.each(['127.0.0.1', '::1'])('stay here when they are on loopback: %s', (address) => {
    const { sent, candidates } = sending()
    candidates.add(candidate(address))
    vi.advanceTimersByTime(20)
    expect(sent).toEqual([])
  })
  it('do not tell the end of themselves', () => {
    const { sent, candidates } = sending()
    candidates.add({ ...candidate('192.0.2.1'), candidate: '' })
    vi.advanceTimersByTime(20)
    expect(sent).toEqual([])
  })
  it('never go in more than forty at once', () => {
    const { sent, candidates } = sending()
    for (let i = 0; i < 41; i++) candidates.add(candidate(`192.0.2.${i}`))
    vi.advanceTimersByTime(20)
    expect(sent.map((signal) => signal.type === 'candidates' && signal.list.length)).toEqual([40, 1])
  })
  it('are forgotten when the link ends', () => {
    const { sent, candidates } = sending()
    candidates.add(candidate('192.0.2.1'))
    candidates.stop()
    vi.advanceTimersByTime(20)
    expect(sent).toEqual([])
  })
  it('are worth more after a restart than all before it, and keep their order among themselves', () => {
    const { sent, candidates } = sending()
    const [host, srflx, relay] = [2_122_260_223, 1_686_052_607, 41_885_439]
    for (const ufrag of ['abcd', 'efgh', 'ijkl'])
      for (const priority of [host, srflx, relay]) candidates.add(candidate('192.0.2.1', priority, ufrag))
    // One that is late belongs to its own description.
    candidates.add(candidate('192.0.2.2', relay, 'efgh'))
    vi.advanceTimersByTime(20)
    const worth = sent.flatMap((signal) =>
      signal.type === 'candidates' ? signal.list.map(({ candidate }) => Number(candidate.split(' ')[3])) : [],
    )
    const [oldest, middle, latest] = [worth.slice(0, 3), worth.slice(3, 6), worth.slice(6, 9)]
    for (const three of [oldest, middle, latest]) expect(three).toEqual(three.toSorted((a, b) => b - a))
    expect(Math.min(...middle)).toBeGreaterThan(Math.max(...oldest))
    expect(Math.min(...latest)).toBeGreaterThan(Math.max(...middle))
    expect(worth[9]).toBe(middle[2])
  })
  it('stay between the relayed and the others that the peer ranks itself, however often the link restarts', () => {
    const { sent, candidates } = sending()
    for (let i = 0; i < 500; i++) candidates.add(candidate('192.0.2.1', found, `u${i}`))
    vi.advanceTimersByTime(20)
    for (const signal of sent)
      if (signal.type === 'candidates')
        for (const { candidate } of signal.list) {
          const worth = Number(candidate.split(' ')[3])
          expect(worth).toBeGreaterThan(3 * 2 ** 24)
          // That of a server-reflexive candidate.
          expect(worth).toBeLessThan(100 * 2 ** 24)
        }
    expect(sent).toHaveLength(13)
  })
})
