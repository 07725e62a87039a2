// From one identity to the next: what a person knows goes along, and the old key signs that the new one follows it (SP1
// section 2). Says in which order; who has to agree is the safekeeping's matter.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PhoneError } from '../contract/errors.ts'
import type { Rng } from '../sp1/encode.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { MAX_SUCCESSIONS, signSuccession, writeSuccessions } from '../sp1/succession.ts'
import { identityFiles, replaceIdentity } from './identity-files.ts'
import type { Phone } from './phone.ts'
import type { Vault } from './trust/vault.ts'

const SEED_BYTES = 32

/**
 * Makes a new key the identity. `passphrase` is the lock it gets, null for none. When this fails before the identity
 * file has changed, the old identity is open again; afterwards nothing of it is left on this computer. Codes: `not-ready`, `vault-write-failed`, those of `vault.replace`,
 * and `vault-unreadable` when the phone of either one cannot be opened; the next start tries that again.
 */
export async function takeNewIdentity(parts: {
  readonly folder: string
  readonly vault: Pick<Vault, 'identity' | 'replace'>
  readonly passphrase: string | null
  readonly phone: () => Phone | null
  readonly openPhone: () => Promise<void>
  readonly closePhone: () => Promise<void>
  readonly rng: Rng
  readonly nowMs: () => number
}): Promise<void> {
  const { vault, passphrase, rng, nowMs } = parts
  const place = { folder: parts.folder, rng, nowMs }
  const old = vault.identity()
  const phone = parts.phone()
  if (!old || !phone) throw new PhoneError('not-ready')

  const seed = rng(SEED_BYTES)
  const replace = async () => {
    const step = signSuccession(old, identityFromSeed(seed), nowMs())
    const successions = writeSuccessions([step, ...phone.successions].slice(0, MAX_SUCCESSIONS))
    await replaceIdentity({
      ...place,
      vault,
      seed,
      passphrase,
      kept: { ...(await whatGoesAlong(phone, identityFiles(place, old.seed))), successions },
    })
  }

  const copies = await copiesIn(parts.folder)
  // Whoever still wrote a file under the old key would write over what is under the new one.
  await parts.closePhone()
  const failure = await replace().then(
    () => null,
    (cause: unknown) => cause ?? new PhoneError('internal'),
  )
  if (vault.identity() === old) {
    seed.fill(0)
    await parts.openPhone()
    throw failure
  }
  // The identity has changed: whatever did not go well after that is finished when its files are opened.
  old.seed.fill(0)
  await parts.openPhone()
  // SECURITY: all of it went along, and a copy would outlive what a person clears from now on, and the prekeys' end.
  for (const name of await copiesIn(parts.folder).catch(() => [])) {
    // One that stays is as well sealed as it was.
    if (!copies.includes(name)) await rm(join(parts.folder, name), { force: true }).catch(() => undefined)
  }
}

/** What `replaceIdentity` and `vault.replace` leave beside the new files. Code: `vault-unreadable`. */
async function copiesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new PhoneError('vault-unreadable', { cause })
  })
  return names.filter((name) => /\.json\.replaced-\d+$/.test(name))
}

/**
 * SECURITY: not what was shared with contacts, and no prekeys: both belong to the key that goes. What was checked about
 * the keys of others is as true as before.
 */
async function whatGoesAlong(phone: Phone, files: ReturnType<typeof identityFiles>) {
  const { contacts, facts, blocked } = phone.contacts.kept()
  const [history, reach, warnings] = await Promise.all([
    files.history.peek(),
    files.reach.peek(),
    files.warnings.peek(),
  ]).catch((cause: unknown) => {
    throw new PhoneError('vault-unreadable', { cause })
  })
  return {
    contacts: { contacts, facts, blocked },
    ...(history && { history }),
    ...(reach && { reach }),
    ...(warnings && { warnings }),
  }
}
