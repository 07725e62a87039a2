// My contacts and what I know about identities: who is pinned, verified or refused (SP1 section 6). The only
// place where trust changes, and only by what this person did.
import * as v from 'valibot'
import type { PeerView, TrustView } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import { Address } from '../../contract/ids.ts'
import type { BlockedView, ContactView } from '../../contract/ipc.ts'
import { OwnName } from '../../contract/settings.ts'
import type { Rng } from '../../sp1/encode.ts'
import { readAddress } from '../desktop/deep-link.ts'
import type { SealedFile } from '../sealed-file.ts'
import { parseServerUrl } from '../server-url.ts'
import { createListeners } from '../listeners.ts'
import { KeptContactKeys, createContactKeys, type ContactKeys } from './contact-keys.ts'

const TimeMs = v.pipe(v.number(), v.integer(), v.minValue(0))
const Contact = v.strictObject({
  address: Address,
  name: OwnName,
  server: v.nullable(v.pipe(v.string(), v.maxLength(512))),
  addedAtMs: TimeMs,
})
type Contact = v.InferOutput<typeof Contact>

const Fact = v.variant('state', [
  v.strictObject({ state: v.literal('V2'), how: v.picklist(['sas', 'number']), atMs: TimeMs }),
  v.strictObject({ state: v.literal('X'), cause: v.picklist(['mismatch', 'blocked']), atMs: TimeMs }),
])
type Fact = v.InferOutput<typeof Fact>

/** Shape of the sealed file: label "contacts". */
export const KeptContacts = v.strictObject({
  contacts: v.array(Contact),
  /** By address, whether it is a contact or not. */
  facts: v.array(v.tuple([Address, Fact])),
  /** Since when, by address. Apart from the facts: unblocking brings back what was known before. */
  blocked: v.optional(v.array(v.tuple([Address, TimeMs])), []),
  keys: v.optional(KeptContactKeys),
})
export type KeptContacts = v.InferOutput<typeof KeptContacts>

export interface Contacts {
  list(): readonly Omit<ContactView, 'online'>[]
  has(address: Address): boolean
  nameOf(address: Address): string | null
  /** Where this contact said it can be reached; null for my own server. */
  serverOf(address: Address): string | null
  /** What may be shown of a peer. `claimedName` is what it calls itself. */
  view(address: Address, claimedName: string | null): PeerView
  trustOf(address: Address): TrustView
  /** Codes: `bad-address`, `own-address`, `already-contact`, `name-invalid`, `server-url-invalid`, `server-insecure`. */
  add(form: { address: string; name: string; server: string | null }): Promise<void>
  /** Codes: `unknown-contact`, `name-invalid`. */
  rename(address: Address, name: string): Promise<void>
  /** Code: `unknown-contact`. */
  remove(address: Address): Promise<void>
  /** This person compared a code or number with the other one and they are the same. */
  verified(address: Address, how: 'sas' | 'number'): Promise<void>
  /** … and they differ. */
  mismatched(address: Address): Promise<void>
  blocked(): readonly BlockedView[]
  isBlocked(address: Address): boolean
  /** What this contact and I share is forgotten, and the others get a new key. Codes: `bad-address`, `own-address`. */
  block(address: Address): Promise<void>
  unblock(address: Address): Promise<void>
  /** What my contacts and I have given each other. */
  readonly keys: ContactKeys
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void
}

export function createContacts(options: {
  file: SealedFile<KeptContacts>
  kept: KeptContacts | null
  own: Address
  nowMs: () => number
  rng: Rng
}): Contacts {
  const { file, own, nowMs, rng } = options
  const contacts = new Map<Address, Contact>(options.kept?.contacts.map((entry) => [entry.address, entry]))
  const facts = new Map<Address, Fact>(options.kept?.facts)
  const blocked = new Map<Address, number>(options.kept?.blocked)
  const listeners = createListeners()
  const keys = createContactKeys({
    kept: options.kept?.keys ?? null,
    rng,
    // What a full disk cannot keep is given again in the next call.
    onChange: () => void changed().catch(() => undefined),
  })

  /** SECURITY: a mismatch is the graver news: it is shown of somebody who is blocked as well. */
  const trustOf = (address: Address): TrustView => {
    const fact = facts.get(address)
    const blockedAtMs = blocked.get(address)
    if (blockedAtMs !== undefined && fact?.state !== 'X')
      return { state: 'X', cause: 'blocked', atMs: blockedAtMs }
    return fact ?? (contacts.has(address) ? { state: 'V1' } : { state: 'V0' })
  }

  const changed = async () => {
    listeners.tell()
    await file.save({
      contacts: [...contacts.values()],
      facts: [...facts],
      blocked: [...blocked],
      keys: keys.kept(),
    })
  }

  const known = (address: Address): Contact => {
    const contact = contacts.get(address)
    if (!contact) throw new PhoneError('unknown-contact')
    return contact
  }

  return {
    list: () =>
      [...contacts.values()]
        .map((contact) => ({ ...contact, trust: trustOf(contact.address) }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    has: (address) => contacts.has(address),
    nameOf: (address) => contacts.get(address)?.name ?? null,
    serverOf: (address) => contacts.get(address)?.server ?? null,
    view: (address, claimedName) => ({
      address,
      name: contacts.get(address)?.name ?? null,
      claimedName,
      trust: trustOf(address),
    }),
    trustOf,

    async add(form) {
      const address = readAddress(form.address)
      if (address === own) throw new PhoneError('own-address')
      if (contacts.has(address)) throw new PhoneError('already-contact')
      const server = form.server === null ? null : parseServerUrl(form.server)
      contacts.set(address, { address, name: readName(form.name), server, addedAtMs: nowMs() })
      await changed()
    },
    async rename(address, name) {
      contacts.set(address, { ...known(address), name: readName(name) })
      await changed()
    },
    async remove(address) {
      contacts.delete(known(address).address)
      // SECURITY: what was found out against an identity outlives the contact, or removing and adding would
      // wash it off. A verification goes with the contact: it was a statement about somebody I know.
      if (facts.get(address)?.state !== 'X') facts.delete(address)
      keys.forget(address)
      await changed()
    },
    async verified(address, how) {
      facts.set(address, { state: 'V2', how, atMs: nowMs() })
      await changed()
    },
    async mismatched(address) {
      facts.set(address, { state: 'X', cause: 'mismatch', atMs: nowMs() })
      await changed()
    },
    blocked: () =>
      [...blocked]
        .map(([address, atMs]) => ({ address, atMs, name: contacts.get(address)?.name ?? null }))
        .sort((a, b) => b.atMs - a.atMs),
    isBlocked: (address) => blocked.has(address),
    async block(foreign) {
      const address = readAddress(foreign)
      if (address === own) throw new PhoneError('own-address')
      if (blocked.has(address)) return
      blocked.set(address, nowMs())
      keys.unpair(address)
      keys.rotate()
      await changed()
    },
    async unblock(address) {
      if (blocked.delete(address)) await changed()
    },
    keys,
    onChange: listeners.onChange,
  }
}

function readName(name: string): string {
  const parsed = v.safeParse(OwnName, name)
  if (!parsed.success) throw new PhoneError('name-invalid')
  return parsed.output
}
