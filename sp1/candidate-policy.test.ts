import { describe, expect, it } from 'vitest'
import { MAX_CANDIDATES_PER_UFRAG, checkCandidate, createCandidateLimit } from './candidate-policy.ts'
import { expectRefusal } from './expect-refusal.ts'

const direct = { relayOnly: false }
const HOST =
  'candidate:1281711881 1 udp 2122194687 192.0.2.2 48750 typ host generation 0 ufrag ylFl network-id 1'
const RELAY =
  'candidate:2 1 udp 41885439 198.51.100.7 50001 typ relay raddr 0.0.0.0 rport 0 generation 0 ufrag ylFl'

describe('a candidate', () => {
  it.each([
    ['host', HOST],
    ['host', `a=${HOST}`],
    ['host', 'candidate:1 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active generation 0 ufrag ylFl'],
    ['host', 'candidate:1 1 udp 2122265343 fd00::2 57376 typ host generation 0 ufrag ylFl'],
    ['host', 'candidate:1 1 udp 1 8f2bd8b1-02fd-4a3d-9d1c-f6f0b7a1b2c3.local 9 typ host ufrag ylFl'],
    ['srflx', 'candidate:1 1 UDP 1 203.0.113.9 4000 typ srflx raddr 192.0.2.2 rport 48750 ufrag ylFl'],
    ['relay', RELAY],
  ])('of type %s passes: %s', (type, line) => {
    expect(checkCandidate(line, direct)).toEqual({ type, ufrag: 'ylFl' })
  })

  it('B4 is refused for an address that is not the peer at all', () => {
    const hosts = ['127.0.0.1', '::1', '0.0.0.0', '169.254.9.9', 'fe80::1', '224.0.0.1', '::ffff:127.0.0.1']
    for (const address of hosts) {
      expectRefusal('sdp-candidate', () => checkCandidate(HOST.replace('192.0.2.2', address), direct))
    }
  })

  it('B4 is refused for a name, which would have to be looked up', () => {
    for (const name of ['evil.example', 'localhost', 'a.b.local', '.local', '0x7f000001', '2130706433']) {
      expectRefusal('sdp-candidate', () => checkCandidate(HOST.replace('192.0.2.2', name), direct))
    }
    expectRefusal('sdp-candidate', () => checkCandidate(RELAY.replace('0.0.0.0', 'evil.example'), direct))
  })

  it.each([
    '',
    'candidate:',
    HOST.replace('udp', 'ssltcp'),
    HOST.replace('typ host', 'typ ghost'),
    HOST.replace('48750', '65536'),
    HOST.replace(' 1 udp', ' 3 udp'),
    HOST.replace('generation 0', 'generation'),
    `${HOST}\r\na=candidate:x`,
    `${HOST} name ${'x'.repeat(500)}`,
  ])('is refused in the form %j', (line) => {
    expectRefusal('sdp-candidate', () => checkCandidate(line, direct))
  })

  it('may have the largest ports and length, and not more', () => {
    const related = (port: number) => RELAY.replace('50001', '65535').replace('rport 0', `rport ${port}`)
    expect(checkCandidate(related(65_535), direct).type).toBe('relay')
    expectRefusal('sdp-candidate', () => checkCandidate(related(65_536), direct))
    const long = (length: number) => `${HOST} name ${'x'.repeat(length - HOST.length - 6)}`
    expect(checkCandidate(long(512), direct).ufrag).toBe('ylFl')
    expectRefusal('sdp-candidate', () => checkCandidate(long(513), direct))
  })

  it('is read from its beginning', () => {
    for (const line of [`x${HOST}`, HOST.replace('candidate:', 'candidate:a='), ` ${HOST}`, `${HOST} `]) {
      expectRefusal('sdp-candidate', () => checkCandidate(line, direct))
    }
  })

  it('may hide its related address behind a local name, and be written in capitals', () => {
    const hidden = RELAY.replace('0.0.0.0', '8f2bd8b1.LOCAL').replace('typ relay', 'TYP RELAY')
    expect(checkCandidate(hidden, { relayOnly: true })).toEqual({ type: 'relay', ufrag: 'ylFl' })
    for (const name of ['a.local.evil', '.local', `${'a'.repeat(64)}.local`, 'xlocal']) {
      expectRefusal('sdp-candidate', () => checkCandidate(RELAY.replace('0.0.0.0', name), direct))
    }
  })

  it('is counted by its ufrag, in any case and wherever it stands, or by none', () => {
    const bare = 'candidate:1 1 udp 1 192.0.2.2 9 typ host'
    const ufragOf = (line: string) => checkCandidate(line, direct).ufrag
    expect(ufragOf(bare)).toBe('')
    expect(ufragOf(`${bare} generation 0`)).toBe('')
    expect(ufragOf(`${bare} UFRAG abcd`)).toBe('abcd')
    expect(ufragOf(`${bare} generation ufrag network-id 1 ufrag abcd`)).toBe('abcd')
  })

  it('is dropped in relay-only mode unless it is a relay', () => {
    expectRefusal('relay-only', () => checkCandidate(HOST, { relayOnly: true }))
    expect(checkCandidate(RELAY, { relayOnly: true }).type).toBe('relay')
  })
})

describe('the limit of candidates', () => {
  it('B1 lets forty of a thousand through, and forty more after an ICE restart', () => {
    const limit = createCandidateLimit()
    const count = (ufrag: string) => limit.count({ type: 'host', ufrag })
    for (const ufrag of ['first', 'second']) {
      for (let number = 0; number < MAX_CANDIDATES_PER_UFRAG; number++) count(ufrag)
      for (let number = 0; number < 960; number++) expectRefusal('sdp-candidate', () => count(ufrag))
    }
  })

  it('remembers the last sixteen restarts', () => {
    const limit = createCandidateLimit()
    const fill = (ufrag: string) => {
      for (let number = 0; number < MAX_CANDIDATES_PER_UFRAG; number++) limit.count({ type: 'host', ufrag })
    }
    for (let restart = 0; restart < 16; restart++) fill(`u${restart}`)
    expectRefusal('sdp-candidate', () => limit.count({ type: 'host', ufrag: 'u0' }))
    fill('u16')
    expectRefusal('sdp-candidate', () => limit.count({ type: 'host', ufrag: 'u1' }))
    fill('u0')
  })

  it('outlives any number of restarts', () => {
    const limit = createCandidateLimit()
    for (let restart = 0; restart < 100; restart++) limit.count({ type: 'host', ufrag: `u${restart}` })
    for (let number = 1; number < MAX_CANDIDATES_PER_UFRAG; number++)
      limit.count({ type: 'host', ufrag: 'u99' })
    expectRefusal('sdp-candidate', () => limit.count({ type: 'host', ufrag: 'u99' }))
  })
})
