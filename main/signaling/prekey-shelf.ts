// The prekeys of this person: which one is handed out, when the next is due, and when a secret is erased. Knows
// no server and no calls; the file it keeps them in is passed in.
import type { Rng } from '../../sp1/encode.ts'
import type { Identity } from '../../sp1/identity.ts'
import {
  PREKEY_ROTATION_MS,
  PREKEY_SECRET_LIFETIME_MS,
  createPrekey,
  restorePrekey,
  storePrekey,
  type Prekey,
  type PrekeyBundle,
  type StoredPrekey,
} from '../../sp1/prekey.ts'
import { Refusal } from '../../sp1/refusal.ts'
import type { Clock } from '../clock.ts'

export interface PrekeyShelf {
  /** Reads the file and brings the shelf up to date. Rejects only if the file cannot be opened. Called once. */
  open(): Promise<void>
  /** Every prekey a first message may still be sealed to, the newest first. */
  secrets(): readonly Prekey[]
  /** What the server is to hand out now; a new one if it is time. */
  bundle(): Promise<PrekeyBundle>
}

export interface PrekeyShelfOptions {
  readonly identity: Identity
  readonly file: {
    load(): Promise<StoredPrekey[] | null>
    save(value: StoredPrekey[]): Promise<void>
  }
  readonly clock: Pick<Clock, 'now'>
  readonly rng: Rng
}

export function createPrekeyShelf({ identity, file, clock, rng }: PrekeyShelfOptions): PrekeyShelf {
  /** The newest first. */
  let kept: readonly Prekey[] = []
  let unsaved = false

  // SECURITY: whoever gets hold of a secret can open the first messages of its time, so that it is not kept longer
  // than one may be on its way (SP1 section 3).
  const alive = ({ fromMs }: Prekey) => clock.now() - fromMs < PREKEY_SECRET_LIFETIME_MS

  /** One that begins in the future was made before the clock was set back: a caller would refuse it. */
  const current = () => kept.find(({ fromMs }) => fromMs <= clock.now())

  async function refresh(): Promise<Prekey> {
    const living = kept.filter(alive)
    if (living.length !== kept.length) keep(living)
    let newest = current()
    if (newest === undefined || clock.now() - newest.fromMs >= PREKEY_ROTATION_MS) {
      newest = createPrekey(identity, clock.now(), rng)
      keep([newest, ...kept])
    }
    if (unsaved) await save()
    return newest
  }

  function keep(prekeys: readonly Prekey[]): void {
    kept = [...prekeys].sort((one, other) => other.fromMs - one.fromMs)
    unsaved = true
  }

  async function save(): Promise<void> {
    const saving = kept
    try {
      await file.save(saving.map(storePrekey))
      if (kept === saving) unsaved = false
    } catch {
      // A disk that is full costs the calls that are made while this app restarts, and no other: this prekey
      // serves from memory, the next login hands out a new one, and the next look here tries to save again.
    }
  }

  return {
    async open() {
      const stored = (await file.load()) ?? []
      const readable = stored.flatMap((entry) => restoredOrNone(entry, identity.publicKey))
      keep(readable)
      unsaved = readable.length !== stored.length
      await refresh()
    },
    secrets: () => kept.filter(alive),
    bundle: async () => (await refresh()).bundle,
  }
}

/** An entry that is not one of this identity's is worth nothing to anybody. */
function restoredOrNone(entry: StoredPrekey, publicKey: Uint8Array): Prekey[] {
  try {
    return [restorePrekey(entry, publicKey)]
  } catch (cause) {
    if (cause instanceof Refusal) return []
    throw cause
  }
}
