import { expect, test } from 'vitest'
import { relaysOf } from './relay-check.ts'

function drop(relay: () => Promise<{ urls: string[]; username: string; credential: string } | null>) {
  const did: string[] = []
  return {
    did,
    async openReply(handle: string) {
      did.push(`seat ${handle.length}`)
    },
    relay,
    close: () => void did.push('closed'),
  }
}
const rng = (length: number) => new Uint8Array(length)

test('a server is asked as for a call, over a connection that is closed again', async () => {
  const one = drop(async () => ({
    urls: ['turn:relay.example.org', 'https://evil.example'],
    username: 'u',
    credential: 'c',
  }))
  expect(await relaysOf(one, rng, 'calls.example.org')).toEqual([
    { urls: ['turn:relay.example.org'], username: 'u', credential: 'c' },
  ])
  expect(one.did).toEqual(['seat 22', 'closed'])
})

test('a server without a relay has none, and one that does not answer is left all the same', async () => {
  expect(
    await relaysOf(
      drop(async () => null),
      rng,
      'calls.example.org',
    ),
  ).toEqual([])
  const dead = drop(() => Promise.reject(new Error('away')))
  await expect(relaysOf(dead, rng, 'calls.example.org')).rejects.toThrow('away')
  expect(dead.did).toEqual(['seat 22', 'closed'])
})
