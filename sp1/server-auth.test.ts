import { describe, expect, it } from 'vitest'
import { rehearsePerson, rehearsedRng } from './rehearsal.ts'
import { signAuth, verifyAuth } from './server-auth.ts'
import type { AuthChallenge } from './server-auth.ts'

const rng = rehearsedRng('server')
const { identity } = rehearsePerson('alice')
const challenge: AuthChallenge = {
  origin: 'https://call.example:8443',
  sid: 'Xk30',
  sNonce: rng(32),
  cNonce: rng(32),
  publicKey: identity.publicKey,
  channelBinding: '',
}
const signature = signAuth(identity, challenge)

describe('a login signature', () => {
  it('counts for the challenge it was made for', () => {
    expect(verifyAuth(challenge, signature)).toBe(true)
  })

  it.each<[string, Partial<AuthChallenge>]>([
    ['S1 a later challenge on the same socket', { sNonce: rng(32) }],
    ['S2 a new socket', { sid: 'Xk31' }],
    ['S3 another origin', { origin: 'https://evil.example' }],
    ['S4 the same host on another port', { origin: 'https://call.example' }],
    ['S5 another attempt of the client', { cNonce: rng(32) }],
    ['S3 another TLS connection', { channelBinding: '00'.repeat(32) }],
    ['another identity', { publicKey: rehearsePerson('mallory').identity.publicKey }],
  ])('%s refuses it', (_, change) => {
    expect(verifyAuth({ ...challenge, ...change }, signature)).toBe(false)
  })

  it('does not slide from one field into the next', () => {
    const shifted = { ...challenge, origin: `${challenge.origin}X`, sid: 'k30' }
    expect(verifyAuth(shifted, signature)).toBe(false)
  })

  it('is refused, not thrown at, when it is malformed', () => {
    expect(verifyAuth(challenge, new Uint8Array(3))).toBe(false)
  })
})
