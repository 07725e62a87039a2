import { describe, expect, it } from 'vitest'
import { base64url, fromBase64url, fromUtf8, utf8 } from './encode.ts'
import { expectRefusal } from './expect-refusal.ts'
import { signLabelled } from './identity.ts'
import {
  PREKEY_LIFETIME_MS,
  PREKEY_ROTATION_MS,
  PREKEY_SECRET_LIFETIME_MS,
  checkPrekey,
  createPrekey,
  restorePrekey,
  storePrekey,
} from './prekey.ts'
import { REHEARSAL_MS, rehearsePerson } from './rehearsal.ts'

const DAY_MS = 86_400_000
const bob = rehearsePerson('bob')
const owner = bob.identity.publicKey
const [prekey] = bob.prekeys

/** The bundle with its JSON changed and signed anew by its owner. */
function resigned(change: (json: string) => string) {
  const body = utf8(change(fromUtf8(fromBase64url(prekey.bundle.body))))
  return { body: base64url(body), sig: base64url(signLabelled(bob.identity, 'prekey', body)) }
}

describe('a prekey bundle', () => {
  it('gives a caller the key and the id its owner has', () => {
    const checked = checkPrekey(prekey.bundle, owner, REHEARSAL_MS)
    expect(checked).toEqual({ publicKey: prekey.publicKey, pkid: prekey.pkid })
  })

  it('A9 is refused if somebody else signed it', () => {
    const [foreign] = rehearsePerson('mallory').prekeys
    expectRefusal('prekey-signature', () => checkPrekey(foreign.bundle, owner, REHEARSAL_MS))
  })

  it('A9 is refused if it names another identity than its signer', () => {
    const other = base64url(rehearsePerson('mallory').identity.publicKey)
    const bundle = resigned((json) => json.replace(base64url(owner), other))
    expectRefusal('prekey-identity', () => checkPrekey(bundle, owner, REHEARSAL_MS))
  })

  it('A9 is refused after its life, and more than a day before it', () => {
    const check = (nowMs: number) => checkPrekey(prekey.bundle, owner, nowMs)
    expect(check(prekey.toMs)).toBeDefined()
    expect(check(prekey.fromMs - DAY_MS)).toBeDefined()
    expectRefusal('prekey-expired', () => check(prekey.toMs + 1))
    expectRefusal('prekey-expired', () => check(prekey.fromMs - DAY_MS - 1))
  })

  it('A9 is refused if it claims to live too long', () => {
    const living = (ms: number) =>
      resigned((json) => json.replace(`"to":${prekey.toMs}`, `"to":${prekey.fromMs + ms}`))
    expect(checkPrekey(living(15 * DAY_MS), owner, REHEARSAL_MS)).toBeDefined()
    expectRefusal('prekey-expired', () => checkPrekey(living(15 * DAY_MS + 1), owner, REHEARSAL_MS))
  })

  it('A6 is refused in any form but the canonical one', () => {
    const check = (bundle: { body: string; sig: string }) => checkPrekey(bundle, owner, REHEARSAL_MS)
    expectRefusal('fields', () => check(resigned((json) => json.replace('}', ',"x":1}'))))
    expectRefusal('noncanonical', () => check(resigned((json) => json.replace('{', '{ '))))
    expectRefusal('base64', () => check({ ...prekey.bundle, sig: `${prekey.bundle.sig}=` }))
  })

  it('is replaced after one week, valid for two, and its secret is kept for three', () => {
    const days = [PREKEY_ROTATION_MS, PREKEY_LIFETIME_MS, PREKEY_SECRET_LIFETIME_MS].map((ms) => ms / DAY_MS)
    expect(days).toEqual([7, 14, 21])
    expect(prekey.toMs - prekey.fromMs).toBe(14 * DAY_MS)
  })
})

describe('a stored prekey', () => {
  it('comes back whole from JSON', () => {
    const stored = JSON.parse(JSON.stringify(storePrekey(prekey))) as ReturnType<typeof storePrekey>
    expect(restorePrekey(stored, owner)).toEqual(prekey)
  })

  it('is refused if its seed belongs to another, or its owner is another', () => {
    const other = createPrekey(bob.identity, REHEARSAL_MS, bob.rng)
    const mixed = { ...storePrekey(prekey), seed: storePrekey(other).seed }
    expectRefusal('bad-key', () => restorePrekey(mixed, owner))
    const stranger = rehearsePerson('mallory').identity.publicKey
    expectRefusal('prekey-signature', () => restorePrekey(storePrekey(prekey), stranger))
  })
})
