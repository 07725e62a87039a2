// What my contacts and I have given each other: delivery keys (SP1 section 3) and the pair keys that presence is made
// from (section 11). Kept inside the contacts' sealed file. Knows no calls and no servers.
import { sha256 } from '@noble/hashes/sha2.js'
import * as v from 'valibot'
import { Address } from '../../contract/ids.ts'
import { base64url, fromBase64url, type Rng } from '../../sp1/encode.ts'

const key = (length: number) =>
  v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]*$/), v.length(Math.ceil((length * 4) / 3)))
const DELIVERY_BYTES = 16
const DeliveryKey = key(DELIVERY_BYTES)
const Secret = key(32)

const Shared = v.strictObject({
  /** What gets me past the limit for strangers at their mailbox. */
  theirs: v.nullable(DeliveryKey),
  /** The key of mine that they last said they keep. */
  keeps: v.nullable(DeliveryKey),
  pair: v.nullable(Secret),
})
type Shared = v.InferOutput<typeof Shared>

export const KeptContactKeys = v.strictObject({
  current: DeliveryKey,
  /** Still shown to the server, where it counts as a stranger's. */
  previous: v.nullable(DeliveryKey),
  /** The current one was said to a contact, or to the server as the only way in. */
  given: v.boolean(),
  padding: Secret,
  shared: v.array(v.tuple([Address, Shared])),
})
export type KeptContactKeys = v.InferOutput<typeof KeptContactKeys>

export interface ContactKeys {
  /** My delivery key, 16 bytes, to be given to this contact now. */
  giveTo(address: Address): Uint8Array
  /** From now on the server has to know the key, whether anybody was given it or not. */
  use(): void
  /** Somebody has heard of a key of mine: the server has to know it from now on. */
  inUse(): boolean
  /** This contact says that it keeps the key which I gave it last. */
  keptBy(address: Address): void
  /** SHA-256 of my keys, base64url, the current one first. */
  hashes(): readonly string[]
  /** Each of these people keeps my current key, so that nobody is locked out if it is asked for. */
  areKeptBy(addresses: readonly Address[]): boolean
  /** This contact's delivery key, base64url. */
  theirs(address: Address): string | null
  learnTheirs(address: Address, deliveryKey: Uint8Array): void
  /** 32 bytes; the newest of a call wins. */
  learnPair(address: Address, pair: Uint8Array): void
  pairs(): readonly { readonly address: Address; readonly pair: Uint8Array }[]
  /** 32 bytes that only padding is made from. */
  paddingKey(): Uint8Array
  /** We do not see each other any more. What gets me in there is kept: it is not given twice if I change my mind. */
  unpair(address: Address): void
  /** Nothing is shared with this person any more. */
  forget(address: Address): void
  /** A new delivery key, unless nobody has heard the current one. */
  rotate(): void
  kept(): KeptContactKeys
}

const nothing: Shared = { theirs: null, keeps: null, pair: null }

export function createContactKeys(options: {
  readonly kept: KeptContactKeys | null
  readonly rng: Rng
  /** Called after each change but `unpair`, `forget` and `rotate`, which are part of a larger one. */
  readonly onChange: () => void
}): ContactKeys {
  const { rng, onChange } = options
  const fresh = () => base64url(rng(DELIVERY_BYTES))
  const padding = options.kept?.padding ?? base64url(rng(32))
  const shared = new Map<Address, Shared>(options.kept?.shared)
  let current = options.kept?.current ?? fresh()
  let previous = options.kept?.previous ?? null
  let given = options.kept?.given ?? false
  /** What was said to whom since the start: a block in the middle of a call changes the key. */
  const said = new Map<Address, string>()

  function learn(address: Address, news: Partial<Shared>): void {
    const before = shared.get(address) ?? nothing
    const after = { ...before, ...news }
    if (after.theirs === before.theirs && after.keeps === before.keeps && after.pair === before.pair) return
    // The one that changed last is the last.
    shared.delete(address)
    shared.set(address, after)
    onChange()
  }
  const areKeptBy = (addresses: readonly Address[]) =>
    addresses.every((address) => shared.get(address)?.keeps === current)

  function use(): void {
    if (given) return
    given = true
    onChange()
  }

  return {
    giveTo(address) {
      said.set(address, current)
      use()
      return fromBase64url(current, DELIVERY_BYTES)
    },
    use,
    inUse: () => given || previous !== null,
    keptBy(address) {
      const keeps = said.get(address)
      if (keeps !== undefined) learn(address, { keeps })
    },
    hashes: () =>
      (previous === null ? [current] : [current, previous]).map((mine) =>
        base64url(sha256(fromBase64url(mine, DELIVERY_BYTES))),
      ),
    areKeptBy,
    theirs: (address) => shared.get(address)?.theirs ?? null,
    learnTheirs: (address, deliveryKey) => learn(address, { theirs: base64url(deliveryKey) }),
    learnPair: (address, pair) => learn(address, { pair: base64url(pair) }),
    pairs: () =>
      [...shared].flatMap(([address, { pair }]) =>
        pair === null ? [] : [{ address, pair: fromBase64url(pair, 32) }],
      ),
    paddingKey: () => fromBase64url(padding, 32),
    unpair(address) {
      const before = shared.get(address)
      if (before) shared.set(address, { ...before, pair: null, keeps: null })
    },
    forget: (address) => void shared.delete(address),
    rotate() {
      if (!given) return
      previous = current
      current = fresh()
      given = false
    },
    kept: () => ({ current, previous, given, padding, shared: [...shared] }),
  }
}
