// What is remembered about how calls connect: a relay of one's own, and who was told that a peer learns an address.
// SECURITY: what opens the relay is a secret, so it is sealed under the identity and goes to no view (R19, R20).
import * as v from 'valibot'
import { PhoneError } from '../contract/errors.ts'
import { Address } from '../contract/ids.ts'
import type { RelayView } from '../contract/ipc.ts'
import type { IceServer } from '../contract/link.ts'
import { placeOf } from './call/relay-servers.ts'
import { createListeners } from './listeners.ts'
import type { SealedFile } from './sealed-file.ts'

const maxUrls = 8
/** People more than this many calls ago are told again. */
const maxTold = 1_000

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength))
const OwnRelay = v.strictObject({
  urls: v.pipe(v.array(text(256)), v.minLength(1), v.maxLength(maxUrls)),
  username: text(508),
  credential: text(508),
})

/** Shape of the sealed file: label "reach". */
export const KeptReach = v.strictObject({
  own: v.nullable(OwnRelay),
  /** Who learned, or could have learned, an address of mine after I was told so; the latest last. */
  told: v.array(Address),
})
export type KeptReach = v.InferOutput<typeof KeptReach>

export interface ReachMemory {
  view(): RelayView
  /** My own relay with what opens it. SECURITY: for the one page that holds the link. */
  ownRelay(): IceServer | null
  /** `urls`: one or more, divided by spaces or commas. Codes: `relay-url-invalid`, `relay-login-missing`. */
  use(form: { urls: string; username: string; credential: string }): Promise<void>
  forget(): Promise<void>
  wasTold(peer: Address): boolean
  told(peer: Address): Promise<void>
  onChange(listener: () => void): () => void
}

export function createReachMemory(options: {
  file: Pick<SealedFile<KeptReach>, 'save'>
  kept: KeptReach | null
}): ReachMemory {
  let own = options.kept?.own ?? null
  const told = new Set<Address>(options.kept?.told)
  const listeners = createListeners()

  const changed = async () => {
    listeners.tell()
    await options.file.save({ own, told: [...told] })
  }

  return {
    view: () => ({ own: own && own.urls }),
    ownRelay: () => own,
    async use({ urls, username, credential }) {
      const listed = urls.split(/[\s,]+/).filter((url) => url !== '')
      const areRelays = listed.every((url) => placeOf(url)?.isRelay === true)
      if (listed.length === 0 || listed.length > maxUrls || !areRelays)
        throw new PhoneError('relay-url-invalid')
      // Chromium takes no relay without both.
      if (username === '' || credential === '') throw new PhoneError('relay-login-missing')
      const parsed = v.safeParse(OwnRelay, { urls: listed, username, credential })
      if (!parsed.success) throw new PhoneError('bad-request')
      own = parsed.output
      await changed()
    },
    async forget() {
      if (!own) return
      own = null
      await changed()
    },
    wasTold: (peer) => told.has(peer),
    async told(peer) {
      if (told.has(peer)) return
      told.add(peer)
      const [oldest] = told
      if (told.size > maxTold && oldest !== undefined) told.delete(oldest)
      await changed()
    },
    onChange: listeners.onChange,
  }
}
