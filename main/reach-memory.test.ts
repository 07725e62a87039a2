import { expect, test } from 'vitest'
import type { Address } from '../contract/ids.ts'
import { createReachMemory, type KeptReach } from './reach-memory.ts'

const mine = {
  urls: 'turn:relay.example.org, turns:relay.example.org:443',
  username: 'me',
  credential: 'secret',
}
const person = (number: number) => String(number).padStart(56, 'a') as Address

function memory(kept: KeptReach | null = null) {
  const saved: KeptReach[] = []
  const reach = createReachMemory({ file: { save: async (value) => void saved.push(value) }, kept })
  return { reach, last: () => saved.at(-1) ?? null, saves: () => saved.length }
}

test('a relay of one’s own is kept with what opens it, and the view has only where it is', async () => {
  const { reach, last } = memory()
  expect(reach.view()).toEqual({ own: null })
  expect(reach.ownRelay()).toBeNull()
  await reach.use(mine)
  const own = { ...mine, urls: ['turn:relay.example.org', 'turns:relay.example.org:443'] }
  expect(reach.ownRelay()).toEqual(own)
  expect(reach.view()).toEqual({ own: own.urls })
  expect(JSON.stringify(reach.view())).not.toMatch(/secret|me"/)
  // As the next start reads it.
  expect(memory(last()).reach.ownRelay()).toEqual(own)
})

test('it is forgotten with its password', async () => {
  const { reach, last, saves } = memory()
  await reach.use(mine)
  await reach.forget()
  expect(reach.ownRelay()).toBeNull()
  expect(JSON.stringify(last())).not.toContain('secret')
  await reach.forget()
  expect(saves()).toBe(2)
})

test.each([
  ['nothing', '', 'relay-url-invalid'],
  ['a web address', 'https://relay.example.org', 'relay-url-invalid'],
  ['STUN, which hides nothing', 'stun:relay.example.org', 'relay-url-invalid'],
  ['a relay and something else', 'turn:relay.example.org nonsense', 'relay-url-invalid'],
  ['nine relays', Array(9).fill('turn:relay.example.org').join(' '), 'relay-url-invalid'],
])('%s is refused as a relay, and what was there stays', async (_, urls, code) => {
  const { reach } = memory()
  await reach.use(mine)
  const before = reach.ownRelay()
  await expect(reach.use({ ...mine, urls })).rejects.toMatchObject({ code })
  expect(reach.ownRelay()).toBe(before)
})

test('a relay without a username or a password is refused: no browser uses one', async () => {
  const { reach } = memory()
  for (const part of [{ username: '' }, { credential: '' }])
    await expect(reach.use({ ...mine, ...part })).rejects.toMatchObject({ code: 'relay-login-missing' })
  await expect(reach.use({ ...mine, username: 'x'.repeat(509) })).rejects.toMatchObject({
    code: 'bad-request',
  })
})

test('R19 who was told about somebody stays told, over restarts', async () => {
  const { reach, last, saves } = memory()
  expect(reach.wasTold(person(1))).toBe(false)
  await reach.told(person(1))
  await reach.told(person(1))
  expect(saves()).toBe(1)
  expect(memory(last()).reach.wasTold(person(1))).toBe(true)
  expect(memory(last()).reach.wasTold(person(2))).toBe(false)
})

test('strangers do not fill the disk: the oldest of a thousand is told again', async () => {
  const { reach, last } = memory()
  for (let number = 0; number <= 1_000; number++) await reach.told(person(number))
  expect(last()?.told).toHaveLength(1_000)
  expect(reach.wasTold(person(0))).toBe(false)
  expect(reach.wasTold(person(1_000))).toBe(true)
})
