// My contacts and what I know about identities: who is pinned, verified or refused (SP1 section 6). The only
// place where trust changes, and only by what this person did.
import * as v from 'valibot'
import type { PeerView, TrustView } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import { Address } from '../../contract/ids.ts'
import type { ContactView } from '../../contract/ipc.ts'
import { OwnName } from '../../contract/settings.ts'
import { readAddress } from '../desktop/deep-link.ts'
import type { SealedFile } from '../sealed-file.ts'
import { parseServerUrl } from '../server-url.ts'
import { createListeners } from '../listeners.ts'

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
})
export type KeptContacts = v.InferOutput<typeof KeptContacts>

export interface Contacts {
  list(): readonly ContactView[]
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
  /** All of it, as it is kept. */
  kept(): KeptContacts
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void
}

export function createContacts(options: {
  file: SealedFile<KeptContacts>
  kept: KeptContacts | null
  own: Address
  nowMs: () => number
}): Contacts {
  const { file, own, nowMs } = options
  const contacts = new Map<Address, Contact>(options.kept?.contacts.map((entry) => [entry.address, entry]))
  const facts = new Map<Address, Fact>(options.kept?.facts)
  const listeners = createListeners()

  const trustOf = (address: Address): TrustView =>
    facts.get(address) ?? (contacts.has(address) ? { state: 'V1' } : { state: 'V0' })

  const kept = (): KeptContacts => ({ contacts: [...contacts.values()], facts: [...facts] })

  const changed = async () => {
    listeners.tell()
    await file.save(kept())
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
    kept,
    onChange: listeners.onChange,
  }
}

/** The union of two memories of the same identity. Of two facts about somebody the later one holds. */
export function mergeContacts(mine: KeptContacts, theirs: KeptContacts): KeptContacts {
  const contacts = new Map([...theirs.contacts, ...mine.contacts].map((entry) => [entry.address, entry]))
  const facts = new Map(theirs.facts)
  for (const [address, fact] of mine.facts) {
    if ((facts.get(address)?.atMs ?? 0) <= fact.atMs) facts.set(address, fact)
  }
  return { contacts: [...contacts.values()], facts: [...facts] }
}

function readName(name: string): string {
  const parsed = v.safeParse(OwnName, name)
  if (!parsed.success) throw new PhoneError('name-invalid')
  return parsed.output
}
