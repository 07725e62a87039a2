import { describe, expect, it } from 'vitest'
import type { FoundCandidate, Gathered } from './ice-gathering.ts'
import { natKind } from './nat-kind.ts'

const servers = [{ urls: ['stun:one.example:3478', 'stun:two.example:3478'] }]
const host: FoundCandidate = {
  type: 'host',
  protocol: 'udp',
  address: '192.168.1.2',
  port: 5000,
  relatedAddress: null,
  relatedPort: null,
}
const mapped = (port: number, relatedPort = 5000): FoundCandidate => ({
  type: 'srflx',
  protocol: 'udp',
  address: '203.0.113.9',
  port,
  relatedAddress: '192.168.1.2',
  relatedPort,
})
const found = (candidates: readonly FoundCandidate[], rest: Partial<Gathered> = {}): Gathered => ({
  candidates,
  failed: [],
  complete: true,
  ...rest,
})

describe('the kind of the router', () => {
  it.each([
    ['open where no address is translated', found([host]), 'open'],
    ['same where two servers see one address', found([host, mapped(40_000)]), 'same'],
    ['changing where two servers see two', found([host, mapped(40_000), mapped(40_001)]), 'changing'],
    [
      'unknown where only one of two answered',
      found([host, mapped(40_000)], { failed: ['stun:two.example:3478'] }),
      'unknown',
    ],
    ['unknown where nobody answered', found([host], { failed: servers[0]?.urls ?? [] }), 'unknown'],
    ['unknown while an answer may still come', found([host], { complete: false }), 'unknown'],
    ['same for two networks with an address each', found([mapped(40_000), mapped(50_000, 6000)]), 'same'],
  ] as const)('is %s', (_what, gathered, kind) => {
    expect(natKind(servers, gathered)).toBe(kind)
  })
  it('is unknown with one server, which cannot be compared, unless it has seen two itself', () => {
    const one = [{ urls: ['stun:one.example:3478', 'turn:one.example:3478?transport=udp'] }]
    expect(natKind(one, found([host, mapped(40_000)]))).toBe('unknown')
    expect(natKind(one, found([host, mapped(40_000), mapped(40_001)]))).toBe('changing')
  })
})
