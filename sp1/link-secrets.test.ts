import { describe, expect, it } from 'vitest'
import { expectRefusal } from './expect-refusal.ts'
import { createLinkSecrets } from './link-secrets.ts'

const [OWN, PEER] = ['A1', 'B2'].map((byte) => `sha-256 ${Array(32).fill(byte).join(':')}`) as [
  string,
  string,
]
const k2 = () => new Uint8Array(32).fill(7)
const linkOf = (role: 'a' | 'b') =>
  createLinkSecrets({ role, callId: new Uint8Array(16), ownFingerprint: OWN, peerFingerprint: PEER })

function expectNoKeys({ secrets }: ReturnType<typeof linkOf>): void {
  expect(secrets.isReady()).toBe(false)
  for (const use of [
    () => secrets.frameKey('a', 'audio'),
    () => secrets.chatKey('a'),
    () => secrets.chainKey(),
    () => secrets.dtlsMac(OWN, PEER),
    () => secrets.verifyDtlsMac(new Uint8Array(32), OWN, PEER),
  ])
    expectRefusal('state', use)
}

describe('the secrets of a link', () => {
  it('are none before its exchange is complete', () => {
    const link = linkOf('a')
    expectNoKeys(link)
    link.fill(k2())
    expect(link.secrets.isReady()).toBe(true)
    expect(link.secrets.frameKey('a', 'audio')).toHaveLength(32)
  })

  it('are given once: no second exchange puts others in their place', () => {
    const link = linkOf('a')
    link.fill(k2())
    const before = link.secrets.chainKey()
    expectRefusal('state', () => link.fill(new Uint8Array(32).fill(8)))
    expect(link.secrets.chainKey()).toEqual(before)
  })

  it('are erased where they stood, and stay away though an exchange ends later', () => {
    const link = linkOf('a')
    const key = k2()
    link.fill(key)
    link.secrets.destroy()
    expect(key).toEqual(new Uint8Array(32))
    expectNoKeys(link)
    expectRefusal('state', () => link.fill(k2()))
    expectNoKeys(link)
  })

  it('never come to be on a link that was given up before', () => {
    const link = linkOf('b')
    link.secrets.destroy()
    expectRefusal('state', () => link.fill(k2()))
    expectNoKeys(link)
  })

  it('prove the certificates in both directions', () => {
    const [a, b] = [linkOf('a'), linkOf('b')]
    a.fill(k2())
    b.fill(k2())
    expect(b.secrets.verifyDtlsMac(a.secrets.dtlsMac(OWN, PEER), PEER, OWN)).toBe(true)
    expect(a.secrets.verifyDtlsMac(b.secrets.dtlsMac(PEER, OWN), OWN, PEER)).toBe(true)
    expect(b.secrets.verifyDtlsMac(b.secrets.dtlsMac(PEER, OWN), PEER, OWN)).toBe(false)
  })
})
