import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Candidate, LinkSignal } from '../../contract/link.ts'
import { createLocalCandidates } from './local-candidates.ts'

const candidate = (address: string): Candidate => ({
  candidate: `candidate:1 1 udp 2122260223 ${address} 50000 typ host`,
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
    expect(sent).toEqual([{ type: 'candidates', list: [candidate('192.0.2.1'), candidate('192.0.2.2')] }])
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
})
