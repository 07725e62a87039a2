import { describe, expect, it } from 'vitest'
import { placeOf, relaysAmong, serversOf } from './relay-servers.ts'

const login = { username: '1764324000:abc', credential: 'c2VjcmV0' }
const from = (urls: readonly string[], serverHost = 'calls.example.org') =>
  serversOf({ urls, ...login }, serverHost)

describe('the URL of a relay', () => {
  it.each([
    ['turn:relay.example.org', true, 'relay.example.org'],
    ['turn:relay.example.org:3478?transport=udp', true, 'relay.example.org'],
    ['TURNS:Relay.Example.org:443?transport=tcp', true, 'relay.example.org'],
    ['turn:192.0.2.1:3478', true, '192.0.2.1'],
    ['turn:[2001:db8::1]:3478', true, '2001:db8::1'],
    ['stun:relay.example.org:3478', false, 'relay.example.org'],
  ])('%s is read', (url, isRelay, host) => {
    expect(placeOf(url)).toEqual({ isRelay, host })
  })
  it.each([
    '',
    'relay.example.org',
    'http://relay.example.org',
    'turn://relay.example.org',
    'turn:user@relay.example.org',
    'turn:relay.example.org:0',
    'turn:relay.example.org:65536',
    'turn:relay.example.org?transport=sctp',
    'turn:relay.example.org?transport=udp&more',
    'turn:-relay.example.org',
    'turn:relay.example.org ',
    'turn:[::1::2]',
    'turn:[relay]',
    // Chromium throws at this one, and the call would have no link at all.
    'stun:relay.example.org?transport=udp',
  ])('%j is none', (url) => {
    expect(placeOf(url)).toBeNull()
  })
})

describe('what a server says about its relay', () => {
  it('R20 is what it named and nothing else, with its login for the relay only', () => {
    const urls = ['stun:relay.example.org', 'turn:relay.example.org', 'turns:relay.example.org:443']
    const { servers, refused } = from(urls)
    expect(servers).toEqual([
      { urls: ['stun:relay.example.org'] },
      { urls: ['turn:relay.example.org', 'turns:relay.example.org:443'], ...login },
    ])
    expect(refused).toBe(0)
    expect(relaysAmong(servers)).toEqual([servers[1]])
  })
  it.each([
    'turn:127.0.0.1',
    'turn:127.8.9.10:3478?transport=tcp',
    'turn:localhost:631?transport=tcp',
    'turn:printer.localhost',
    'turn:localhost.',
    'turn:[::1]:3478',
    'turn:[::ffff:127.0.0.1]',
    'turn:0.0.0.0',
    'turn:169.254.169.254:80?transport=tcp',
    'turn:[fe80::1]',
    'turn:224.0.0.1',
  ])('leaves out %s: no server on the internet speaks through this computer to itself', (url) => {
    expect(from([url])).toEqual({ servers: [], refused: 1 })
  })
  it('may be on this computer where the server is', () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]'])
      expect(from(['turn:127.0.0.1:3478'], host).servers).toHaveLength(1)
  })
  it('is of no use without a login, or with one that Chromium does not take', () => {
    const urls = ['turn:relay.example.org', 'stun:relay.example.org']
    for (const odd of [{ username: '' }, { credential: '' }, { username: 'x'.repeat(509) }])
      expect(serversOf({ urls, ...login, ...odd }, 'calls.example.org')).toEqual({
        servers: [{ urls: ['stun:relay.example.org'] }],
        refused: 1,
      })
  })
})
