import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { identityFromSeed } from '../../sp1/identity.ts'
import {
  PREKEY_ROTATION_MS,
  PREKEY_SECRET_LIFETIME_MS,
  checkPrekey,
  createPrekey,
  storePrekey,
  type StoredPrekey,
} from '../../sp1/prekey.ts'
import { createPrekeyShelf } from './prekey-shelf.ts'

const rng = (length: number) => new Uint8Array(randomBytes(length))
const START_MS = Date.UTC(2026, 10, 20)

function setup(stored: StoredPrekey[] | null = null) {
  const identity = identityFromSeed(rng(32))
  const world = { nowMs: START_MS, stored, saves: 0, full: false }
  const shelf = () =>
    createPrekeyShelf({
      identity,
      file: {
        load: async () => world.stored,
        save: async (value) => {
          if (world.full) throw new Error('ENOSPC')
          world.saves += 1
          world.stored = value
        },
      },
      clock: { now: () => world.nowMs },
      rng,
    })
  return { identity, world, shelf }
}

describe('prekey shelf', () => {
  it('makes and saves a prekey that a caller accepts, when there is none', async () => {
    const { identity, world, shelf } = setup()
    const first = shelf()
    await first.open()
    const bundle = await first.bundle()
    expect(checkPrekey(bundle, identity.publicKey, world.nowMs).pkid).toEqual(first.secrets()[0]?.pkid)
    expect(world).toMatchObject({ saves: 1, stored: [bundle] })
  })

  it('hands out the same prekey after a restart, and writes nothing', async () => {
    const { world, shelf } = setup()
    const first = shelf()
    await first.open()
    const second = shelf()
    await second.open()
    expect(await second.bundle()).toEqual(await first.bundle())
    expect(second.secrets()).toEqual(first.secrets())
    expect(world.saves).toBe(1)
  })

  it('hands out a new prekey when it is due and still opens what was sealed to the old one', async () => {
    const { world, shelf } = setup()
    const running = shelf()
    await running.open()
    const old = await running.bundle()
    world.nowMs += PREKEY_ROTATION_MS - 1
    expect(await running.bundle()).toEqual(old)
    world.nowMs += 1
    const next = await running.bundle()
    expect(next).not.toEqual(old)
    expect(running.secrets().map(({ bundle }) => bundle)).toEqual([next, old])
    expect(world.stored).toMatchObject([next, old])
  })

  it('SECURITY: erases a secret when its time is over, in memory at once and on the disk at the next look', async () => {
    const { world, shelf } = setup()
    const running = shelf()
    await running.open()
    world.nowMs += PREKEY_SECRET_LIFETIME_MS
    expect(running.secrets()).toEqual([])
    const next = await running.bundle()
    expect(world.stored).toMatchObject([next])
  })

  it('drops entries that are damaged or of somebody else', async () => {
    const { world, shelf } = setup()
    const stranger = identityFromSeed(rng(32))
    const foreign = storePrekey(createPrekey(stranger, START_MS, rng))
    world.stored = [foreign, { ...foreign, seed: '!' }]
    const running = shelf()
    await running.open()
    expect(running.secrets()).toHaveLength(1)
    expect(world.stored).toMatchObject([await running.bundle()])
  })

  it('makes another prekey when the clock was set back before the newest one', async () => {
    const { identity, world, shelf } = setup()
    const running = shelf()
    await running.open()
    world.nowMs -= 3 * 86_400_000
    const bundle = await running.bundle()
    expect(() => checkPrekey(bundle, identity.publicKey, world.nowMs)).not.toThrow()
    expect(running.secrets()).toHaveLength(2)
  })

  it('serves from memory while the disk is full and saves when it no longer is', async () => {
    const { world, shelf } = setup()
    world.full = true
    const running = shelf()
    await running.open()
    const bundle = await running.bundle()
    expect(world.stored).toBeNull()
    world.full = false
    expect(await running.bundle()).toEqual(bundle)
    expect(world.stored).toMatchObject([bundle])
  })
})
