import { createHash, createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { RelayAccess } from '../contract/signaling.ts'
import { base64url } from '../sp1/encode.ts'
import { mintRelayAccess, relayName, relayNames } from './relay-access.ts'
import { newPerson } from './test-client.ts'

const urls = ['stun:turn.example.org:3478', 'turn:turn.example.org:3478?transport=udp']
const newHandle = () => base64url(randomBytes(16))
const mint = (name: string, secret = 'secret', nowMs = 1_700_000_000_999) =>
  mintRelayAccess(name, { urls, secret, nowMs })

describe('credentials for the relay', () => {
  it('are a time two minutes ahead, a name, and their MAC under the secret', () => {
    const { username, credential } = mint('aaaabbbbccccdddd')
    expect(username).toBe('1700000120:aaaabbbbccccdddd')
    expect(credential).toBe(createHmac('sha1', 'secret').update(username).digest('base64'))
    expect(v.is(RelayAccess, { ok: true, ...mint('aaaabbbbccccdddd') })).toBe(true)
  })

  it('are made with a name that follows from the reply handle and the side', () => {
    const bytes = Buffer.alloc(16, 7)
    const hash = createHash('sha256')
      .update(Buffer.concat([Buffer.from('SP1 turn\0'), bytes, Buffer.from('a')]))
      .digest('hex')
    const name = relayName(base64url(bytes), 'a')!
    expect(name).toMatch(/^[a-z2-7]{16}$/)
    const bits = Array.from(name, (letter) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(letter))
      .map((value) => value.toString(2).padStart(5, '0'))
      .join('')
    expect(BigInt(`0b${bits}`).toString(16).padStart(20, '0')).toBe(hash.slice(0, 20))
  })

  it('have no name for what is no reply handle', () => {
    for (const text of ['', 'A'.repeat(21), `${'A'.repeat(21)}B`, 'A'.repeat(23)]) {
      expect(relayName(text, 'a')).toBeNull()
      expect(relayNames(text)).toEqual([])
    }
  })

  it('R15: share nothing between 1000 calls, nor between the sides of one, nor with who calls', () => {
    const { address, identity } = newPerson()
    const calls = Array.from({ length: 1000 }, () => {
      const handle = newHandle()
      return { handle, names: relayNames(handle) }
    })
    const names = calls.flatMap((call) => call.names)
    expect(new Set(names).size).toBe(2000)
    // Twelve letters are 60 bits: none turns up twice by chance.
    const pieces = names.flatMap((name) => Array.from({ length: 5 }, (_, at) => name.slice(at, at + 12)))
    expect(new Set(pieces).size).toBe(pieces.length)
    const known = [address, Buffer.from(identity.publicKey).toString('hex'), base64url(identity.publicKey)]
    for (const { handle, names } of calls) {
      for (const text of [...known, handle]) {
        expect(names.some((name) => text.toLowerCase().includes(name))).toBe(false)
        expect(names.some((name) => name.includes(text.toLowerCase().slice(0, 8)))).toBe(false)
      }
    }
    // What remains of a username is the second at which it was asked for, the same for all who asked then.
    expect(new Set(names.map((name) => mint(name).username.replace(name, ''))).size).toBe(1)
    expect(new Set(names.map((name) => mint(name).credential)).size).toBe(2000)
  })
})
