// My contacts and what I know about identities: who is pinned, verified or refused (SP1 section 6). The only
// place where trust changes, and only by what this person did.
import * as v from 'valibot'
import type { PeerView, TrustView, VerifiedHow } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import { Address } from '../../contract/ids.ts'
import type { BlockedView, ContactView, ReadForm } from '../../contract/ipc.ts'
import { Ringtone } from '../../contract/ringing.ts'
import { OwnName } from '../../contract/settings.ts'
import type { Rng } from '../../sp1/encode.ts'
import { readAddress, type LinkForm } from '../desktop/deep-link.ts'
import type { SealedFile } from '../sealed-file.ts'
import { parseServerUrl } from '../server-url.ts'
import { createListeners } from '../listeners.ts'
import { KeptContactKeys, createContactKeys, type ContactKeys } from './contact-keys.ts'
import { clashingName } from './name-clash.ts'

const TimeMs = v.pipe(v.number(), v.integer(), v.minValue(0))
const Contact = v.strictObject({
  address: Address,
  name: OwnName,
  server: v.nullable(v.pipe(v.string(), v.maxLength(512))),
  addedAtMs: TimeMs,
  tone: v.optional(v.nullable(Ringtone), null),
  favourite: v.optional(v.boolean(), false),
})
type Contact = v.InferOutput<typeof Contact>

const Fact = v.variant('state', [
  v.strictObject({ state: v.literal('V2'), how: v.picklist(['sas', 'qr', 'number']), atMs: TimeMs }),
  v.strictObject({ state: v.literal('X'), cause: v.literal('mismatch'), atMs: TimeMs }),
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
  /** What this contact rings with; null is the tone of everybody. Code: `unknown-contact`. */
  setTone(address: Address, tone: Ringtone | null): Promise<void>
  toneOf(address: Address): Ringtone | null
  /** Code: `unknown-contact`. */
  setFavourite(address: Address, on: boolean): Promise<void>
  isFavourite(address: Address): boolean
  /** Code: `unknown-contact`. */
  remove(address: Address): Promise<void>
  /**
   * This person compared something with the other one and both are the same. Code: `verify-refused` for somebody who is
   * blocked, and for a code read aloud with an identity whose codes differed before.
   */
  verified(address: Address, how: VerifiedHow): Promise<void>
  /** … and they differ. */
  mismatched(address: Address): Promise<void>
  /**
   * The keys of these addresses, the latest first, say that this one follows them. Believed by nobody yet: it is shown,
   * and `succeed` is a person's press. Forgotten when the app ends; a peer says it again in every call.
   */
  vouched(address: Address, olds: readonly Address[]): void
  /** The contact that would be replaced by this address; null when nobody I know vouches for it. */
  vouchedFor(address: Address): string | null
  /**
   * The contact whose old key vouches for this address has it from now on: same name, same server, V1, to be checked
   * again. Code: `unknown-contact`.
   */
  succeed(address: Address): Promise<void>
  blocked(): readonly BlockedView[]
  isBlocked(address: Address): boolean
  /** What this contact and I share is forgotten, and the others get a new key. Codes: `bad-address`, `own-address`. */
  block(address: Address): Promise<void>
  unblock(address: Address): Promise<void>
  /** What my contacts and I have given each other. */
  readonly keys: ContactKeys
  /** This person is no longer sure. Code: `verify-refused` for somebody who was not verified. */
  unverified(address: Address): Promise<void>
  /** All of it, as it is kept. */
  kept(): KeptContacts
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void
}

const MAX_VOUCHES = 100

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

  /** By new address, the contact whose key it follows. */
  const vouches = new Map<Address, Address>()
  // SECURITY: a key that was found out says nothing any more, least of all who comes after it.
  const voucher = (address: Address): Contact | null => {
    if (contacts.has(address) || trustOf(address).state === 'X') return null
    const old = vouches.get(address)
    const contact = old && contacts.get(old)
    return contact && trustOf(contact.address).state !== 'X' ? contact : null
  }
  const vouchedFor = (address: Address) => voucher(address)?.name ?? null

  const clashOf = (address: Address, claimedName: string | null): string | null =>
    claimedName === null || contacts.has(address) || voucher(address)
      ? null
      : clashingName(
          claimedName,
          [...contacts.values()].map(({ name }) => name),
        )

  const kept = (): KeptContacts => ({
    contacts: [...contacts.values()],
    facts: [...facts],
    blocked: [...blocked],
    keys: keys.kept(),
  })

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
      clash: clashOf(address, claimedName),
      vouchedFor: vouchedFor(address),
      trust: trustOf(address),
    }),
    trustOf,
    vouchedFor,
    vouched(address, olds) {
      const old = olds.find((candidate) => contacts.has(candidate))
      if (old === undefined || vouches.get(address) === old) return
      // One entry for each stranger who proved something about one of my contacts: bounded all the same, and a crowd of
      // them makes only the oldest say it again.
      vouches.delete(address)
      const [oldest] = vouches.keys()
      if (vouches.size >= MAX_VOUCHES && oldest !== undefined) vouches.delete(oldest)
      vouches.set(address, old)
      listeners.tell()
    },
    async succeed(address) {
      const contact = voucher(address)
      if (!contact) throw new PhoneError('unknown-contact')
      contacts.delete(contact.address)
      contacts.set(address, { ...contact, address })
      // What was checked and what was shared was the old key's.
      facts.delete(contact.address)
      keys.forget(contact.address)
      vouches.delete(address)
      await changed()
    },

    async add(form) {
      const address = readAddress(form.address)
      if (address === own) throw new PhoneError('own-address')
      if (contacts.has(address)) throw new PhoneError('already-contact')
      const server = form.server === null ? null : parseServerUrl(form.server)
      const name = readName(form.name)
      contacts.set(address, { address, name, server, addedAtMs: nowMs(), tone: null, favourite: false })
      await changed()
    },
    async rename(address, name) {
      contacts.set(address, { ...known(address), name: readName(name) })
      await changed()
    },
    async setTone(address, tone) {
      contacts.set(address, { ...known(address), tone })
      await changed()
    },
    toneOf: (address) => contacts.get(address)?.tone ?? null,
    async setFavourite(address, on) {
      contacts.set(address, { ...known(address), favourite: on })
      await changed()
    },
    isFavourite: (address) => contacts.get(address)?.favourite ?? false,
    async remove(address) {
      contacts.delete(known(address).address)
      // SECURITY: what was found out against an identity outlives the contact, or removing and adding would
      // wash it off. A verification goes with the contact: it was a statement about somebody I know.
      if (facts.get(address)?.state !== 'X') facts.delete(address)
      keys.forget(address)
      await changed()
    },
    async verified(address, how) {
      const fact = facts.get(address)
      // SECURITY: a mismatch was heard over a network. What was read aloud over one cannot undo it, what was compared in
      // person can. Whoever blocked somebody has to unblock them first.
      const isFinal = fact?.state === 'X' && how === 'sas'
      if (isFinal || blocked.has(address)) throw new PhoneError('verify-refused')
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
    async unverified(address) {
      if (facts.get(address)?.state !== 'V2') throw new PhoneError('verify-refused')
      facts.delete(address)
      await changed()
    },
    kept,
    onChange: listeners.onChange,
  }
}

/** A form that was read, with the contact that it would replace. Null: nobody is known yet. */
export function recognised(
  { was, ...form }: LinkForm,
  contacts: Pick<Contacts, 'vouched' | 'vouchedFor'> | null,
): ReadForm {
  if (was.length > 0) contacts?.vouched(form.address, was)
  return { ...form, replaces: was.length > 0 ? (contacts?.vouchedFor(form.address) ?? null) : null }
}

/**
 * The union of two memories of the same identity. Of two facts about somebody the later one holds.
 * SECURITY: but a code read aloud undoes no mismatch, whichever came later; and somebody whom either has blocked shares
 * nothing any more.
 */
export function mergeContacts(mine: KeptContacts, theirs: KeptContacts): KeptContacts {
  const contacts = new Map([...theirs.contacts, ...mine.contacts].map((entry) => [entry.address, entry]))
  const facts = new Map(theirs.facts)
  for (const [address, fact] of mine.facts) {
    const other = facts.get(address)
    const facing = [fact, other]
    const mismatch = facing.find((one) => one?.state === 'X')
    const spoken = facing.some((one) => one?.state === 'V2' && one.how === 'sas')
    if (mismatch && spoken) facts.set(address, mismatch)
    else if ((other?.atMs ?? 0) <= fact.atMs) facts.set(address, fact)
  }
  const blocked = new Map([...theirs.blocked, ...mine.blocked])
  return {
    contacts: [...contacts.values()],
    facts: [...facts],
    blocked: [...blocked],
    // Keys of the past may be known to somebody who was blocked since: contacts are given new ones in their next call.
    keys: mine.keys && {
      ...mine.keys,
      shared: mine.keys.shared.filter(([address]) => !blocked.has(address)),
    },
  }
}

function readName(name: string): string {
  const parsed = v.safeParse(OwnName, name)
  if (!parsed.success) throw new PhoneError('name-invalid')
  return parsed.output
}
