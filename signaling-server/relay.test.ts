import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { base64url } from '../sp1/encode.ts'
import { mintRelayAccess, relayNames } from './relay-access.ts'
import { createRelay, type RelayOptions } from './relay.ts'

const urls = ['turn:turn.example.org:3478?transport=udp']

function relayAt(startMs: number, options: Partial<RelayOptions> = {}) {
  let nowMs = startMs
  const closed: string[][] = []
  const relay = createRelay(
    { urls, secrets: ['new', 'old'], onClosed: (names) => closed.push([...names].sort()), ...options },
    () => nowMs,
  )
  const pass = (ms: number) => {
    nowMs += ms
    relay.sweep()
  }
  return { relay, closed, pass }
}
const newHandle = () => base64url(randomBytes(16))
const namesOf = (handle: string) => [...relayNames(handle)].sort()

describe('the relay of a server', () => {
  it('makes credentials with the newest secret, and with another once it is renewed', () => {
    const { relay } = relayAt(0)
    const handle = newHandle()
    const [name] = relayNames(handle)
    const mintedWith = (secret: string) => mintRelayAccess(name!, { urls, secret, nowMs: 0 })
    expect(relay.access(handle, 'a')).toEqual(mintedWith('new'))
    relay.renew(['newer', 'new'])
    expect(relay.access(handle, 'a')).toEqual(mintedWith('newer'))
    expect(relay.access('no handle', 'a')).toBeNull()
    expect(relay.counts()).toEqual({ issued: 2, ending: 0 })
  })

  it('R16: closes both sides of a call at once when somebody hangs up', () => {
    const { relay, closed } = relayAt(0)
    const handle = newHandle()
    relay.closed(handle)
    expect(closed).toEqual([namesOf(handle)])
  })

  it('R16: looks once more when no credential of the call can start anything any more', () => {
    const { relay, closed, pass } = relayAt(0)
    const handle = newHandle()
    relay.closed(handle)
    pass(129_999)
    expect(closed).toHaveLength(1)
    pass(1)
    expect(closed).toEqual([namesOf(handle), namesOf(handle)])
    pass(1_000_000)
    expect(closed).toHaveLength(2)
    expect(relay.counts().ending).toBe(0)
  })

  it('R16: closes a call that both sides left without a word, nine minutes after their handle', () => {
    const { relay, closed, pass } = relayAt(0)
    const handle = newHandle()
    relay.forgotten(handle)
    pass(539_999)
    expect(closed).toEqual([])
    pass(1)
    expect(closed).toEqual([namesOf(handle)])
  })

  it('does not touch a call whose sides come back to the server', () => {
    const { relay, closed, pass } = relayAt(0)
    const handle = newHandle()
    relay.forgotten(handle)
    pass(539_999)
    relay.opened(handle)
    pass(1_000_000)
    expect(closed).toEqual([])
  })

  it('cannot be made to remember without end', () => {
    const { relay, closed, pass } = relayAt(0)
    for (let n = 0; n < 33_000; n += 1) {
      const bytes = Buffer.alloc(16)
      bytes.writeUInt32BE(n)
      relay.forgotten(base64url(bytes))
    }
    expect(relay.counts().ending).toBe(65_536)
    pass(540_000)
    expect(relay.counts().ending).toBe(0)
    expect(closed).toHaveLength(1)
  })
})
