// The files that are sealed under the identity, and how all of them pass from one identity to another. Knows which there
// are and what shape each has; does not know who reads them.
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { PhoneError } from '../contract/errors.ts'
import { Settings } from '../contract/settings.ts'
import type { Rng } from '../sp1/encode.ts'
import { KeptHistory } from './history.ts'
import { keepCopy } from './private-file.ts'
import { KeptQualityRecords } from './quality-records.ts'
import { KeptReach } from './reach-memory.ts'
import { createSealedFile, type OwnedFile } from './sealed-file.ts'
import { KeptContacts } from './trust/contacts.ts'
import type { Vault } from './trust/vault.ts'
import { KeptWarnings } from './trust/warnings.ts'

/** Secrets of prekeys, as sp1/prekey stores them. */
const StoredPrekeys = v.array(v.strictObject({ body: v.string(), sig: v.string(), seed: v.string() }))

/** What leads from this person's earlier keys to the present one, as sp1/succession writes it. */
const StoredSuccessions = v.string()

/** What a backup says of the settings, until they say it themselves. */
const RestoredSettings = v.strictObject({ name: Settings.entries.name, server: Settings.entries.server })
export type RestoredSettings = v.InferOutput<typeof RestoredSettings>

const schemas = {
  contacts: KeptContacts,
  history: KeptHistory,
  prekeys: StoredPrekeys,
  quality: KeptQualityRecords,
  reach: KeptReach,
  restored: RestoredSettings,
  successions: StoredSuccessions,
  warnings: KeptWarnings,
}
type Name = keyof typeof schemas
const names = Object.keys(schemas) as readonly Name[]

export type IdentityFiles = {
  readonly [N in Name]: OwnedFile<v.InferOutput<(typeof schemas)[N]>>
}

interface Place {
  readonly folder: string
  readonly rng: Rng
  readonly nowMs: () => number
}

/** Each is `<name>.json` under label `<name>`. `suffix` is for what waits to take its place. */
export function identityFiles(place: Place, seed: Uint8Array, suffix = ''): IdentityFiles {
  const sealed = <N extends Name>(label: N): OwnedFile<v.InferOutput<(typeof schemas)[N]>> =>
    createSealedFile({
      path: join(place.folder, `${label}.json${suffix}`),
      label,
      seed,
      schema: schemas[label] as v.GenericSchema<unknown, v.InferOutput<(typeof schemas)[N]>>,
      rng: place.rng,
      nowMs: place.nowMs,
    })
  return {
    contacts: sealed('contacts'),
    history: sealed('history'),
    prekeys: sealed('prekeys'),
    quality: sealed('quality'),
    reach: sealed('reach'),
    restored: sealed('restored'),
    successions: sealed('successions'),
    warnings: sealed('warnings'),
  }
}

const NEXT = '.next'

/**
 * Makes another seed the identity and seals what goes with it under that. What is left out keeps its file where the
 * seed stays the same, and begins empty where it does not. All files that were there stay beside the new ones.
 *
 * The identity file is what decides, and it changes in one step: whatever happens before that, the old identity has all
 * its files, and whatever happens after it is finished by `settleFiles` at the next start.
 * Codes: those of `vault.replace`, and `vault-write-failed`.
 */
export async function replaceIdentity(
  options: Place & {
    readonly vault: Pick<Vault, 'replace'>
    readonly seed: Uint8Array
    readonly passphrase: string | null
    readonly kept: { readonly [N in Name]?: v.InferOutput<(typeof schemas)[N]> }
  },
): Promise<void> {
  const { vault, seed, passphrase, kept } = options
  const next = identityFiles(options, seed, NEXT)
  try {
    for (const name of names)
      await keepCopy(join(options.folder, `${name}.json`), `replaced-${options.nowMs()}`)
    for (const name of names) {
      const value = kept[name]
      // Name and value belong together; TypeScript cannot follow a name that is not fixed.
      if (value !== undefined) await (next[name] as OwnedFile<unknown>).save(value)
    }
  } catch (cause) {
    await dropNext(options.folder)
    throw new PhoneError('vault-write-failed', { cause })
  }
  try {
    await vault.replace(seed, passphrase)
  } catch (cause) {
    await dropNext(options.folder)
    throw cause
  }
  await settleFiles(options, seed)
  // What the new seed does not open is no damage to be told of: it belongs to the identity that was, and was copied.
  const now = identityFiles(options, seed)
  for (const name of names) {
    if ((await now[name].peek()) === null) await rm(join(options.folder, `${name}.json`), { force: true })
  }
}

/** Finishes a replacement that was interrupted. Called with every identity that is opened, before its files are read. */
export async function settleFiles(place: Place, seed: Uint8Array): Promise<void> {
  const next = identityFiles(place, seed, NEXT)
  for (const name of names) {
    const path = join(place.folder, `${name}.json`)
    const isMine = (await next[name].peek()) !== null
    await (isMine ? rename(path + NEXT, path) : rm(path + NEXT, { force: true }))
  }
}

/**
 * Hands over what a backup says of the settings, if a restore has left that, and forgets it: after a power cut in between
 * it is handed over once more.
 */
export async function takeRestored(
  place: Place,
  seed: Uint8Array,
  keep: (restored: RestoredSettings) => void,
): Promise<void> {
  const restored = await identityFiles(place, seed).restored.peek()
  if (!restored) return
  keep(restored)
  await rm(join(place.folder, 'restored.json'), { force: true })
}

async function dropNext(folder: string): Promise<void> {
  for (const name of names) await rm(join(folder, `${name}.json${NEXT}`), { force: true })
}
