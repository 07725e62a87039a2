import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Address } from '../contract/ids.ts'
import { addressOf } from '../sp1/address.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { openPhone, type CallParts, type Calls } from './phone.ts'
import type { Presence } from './presence.ts'
import type { ServerChoice, ServerConnection } from './server-choice.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'phone-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const identityFrom = (fill: number) => {
  const identity = identityFromSeed(new Uint8Array(32).fill(fill))
  return { ...identity, address: v.parse(Address, addressOf(identity.publicKey)) }
}
const me = identityFrom(1)
const bea = identityFrom(2).address

async function open() {
  let parts: CallParts | null = null
  const phone = await openPhone({
    identity: me,
    folder,
    rng: (length) => new Uint8Array(randomBytes(length)),
    nowMs: () => 100_000,
    startCalls: (given) => {
      parts = given
      return Promise.resolve({
        calls: {} as Calls,
        presence: {} as Presence,
        connection: {} as ServerConnection,
      })
    },
    chooseServer: () => ({}) as ServerChoice,
    onRestored: () => {},
    confirm: async () => true,
  })
  return { phone, parts: () => parts! }
}

test('contacts and history are there again after a restart', async () => {
  const { phone, parts } = await open()
  await phone.contacts.add({ address: bea, name: 'Bea', server: null })
  const call = {
    address: bea,
    direction: 'in',
    outcome: 'missed',
    video: true,
    atMs: 5,
    durationMs: 0,
  } as const
  await parts().history.record(call)
  const again = (await open()).phone
  expect(again.history.view(again.contacts.nameOf)).toMatchObject([{ ...call, name: 'Bea', seen: false }])
})

test('prekeys are kept in a sealed file of their own', async () => {
  const prekeys = [{ body: 'body', sig: 'sig', seed: 'seed' }]
  await (await open()).parts().prekeys.save(prekeys)
  expect(await (await open()).parts().prekeys.load()).toEqual(prekeys)
  expect(await readdir(folder)).toEqual(['prekeys.json'])
})

test.each(['contacts', 'history'] as const)(
  'E18 corrupt %s are set aside, said so, and the rest opens',
  async (name) => {
    await writeFile(join(folder, `${name}.json`), '{"v":1,"box":"AAAA"}')
    await writeFile(join(folder, 'identity.json'), 'identity')
    const { phone } = await open()
    expect(phone.setAside).toEqual([name])
    expect(phone.contacts.list()).toEqual([])
    expect(await readdir(folder)).toEqual([`${name}.json.broken-100000`, 'identity.json'])
  },
)
