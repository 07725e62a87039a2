// Everything that exists only once there is an identity: contacts, history, prekeys, the connection and the
// calls. Opens the sealed files and hands each part what it needs.
import type { CallView } from '../contract/call-view.ts'
import { PhoneError } from '../contract/errors.ts'
import type { Address } from '../contract/ids.ts'
import type { AppView, CallCommand } from '../contract/ipc.ts'
import type { Rng } from '../sp1/encode.ts'
import type { StoredPrekey } from '../sp1/prekey.ts'
import type { CallEngine } from './call/call-engine.ts'
import { createHistory, type History } from './history.ts'
import { identityFiles, settleFiles } from './identity-files.ts'
import type { SealedFile } from './sealed-file.ts'
import type { ServerChoice, ServerConnection } from './server-choice.ts'
import { createContacts, type Contacts } from './trust/contacts.ts'
import type { OwnIdentity } from './trust/vault.ts'

/** The one call there may be, as the rest of main sees it. */
export interface Calls {
  view(): CallView
  command(order: CallCommand): Promise<void> | void
  /** What the page says of its link. */
  readonly link: CallEngine['link']
  /** The page crashed or was loaded anew: whatever it had open is gone. */
  pageGone(): void
  /** Other devices are chosen or plugged in: a call that runs follows. */
  devicesChanged(): void
  /** Ends the call with a sealed goodbye and closes the connection; resolves when both are done. */
  leave(): Promise<void>
  onChange(listener: () => void): () => void
}

export interface Phone {
  readonly address: Address
  readonly contacts: Contacts
  readonly history: History
  readonly calls: Calls
  readonly server: ServerChoice
  /** Files that could not be read and were replaced. */
  readonly setAside: AppView['setAside']
  /** Ends the call and logs out, unless that takes longer than `patience`; writes no more files after that. */
  close(patience: Promise<void>): Promise<void>
}

export interface CallParts {
  readonly identity: OwnIdentity
  readonly contacts: Contacts
  /** Where calls that ended are written down. */
  readonly history: Pick<History, 'record'>
  readonly prekeys: SealedFile<StoredPrekey[]>
}

/** Code: `vault-unreadable` when a file is there and the system does not let us read it. */
export async function openPhone(options: {
  identity: OwnIdentity
  folder: string
  rng: Rng
  nowMs: () => number
  startCalls: (parts: CallParts) => Promise<{ readonly calls: Calls; readonly connection: ServerConnection }>
  chooseServer: (connection: ServerConnection) => ServerChoice
}): Promise<Phone> {
  const { identity, nowMs } = options
  await settleFiles(options, identity.seed).catch((cause: unknown) => {
    throw new PhoneError('vault-unreadable', { cause })
  })
  const files = identityFiles(options, identity.seed)
  // Writing over a file that could not even be opened would lose what is in it.
  const load = <T>(file: SealedFile<T>) =>
    file.load().catch((cause: unknown) => {
      throw new PhoneError('vault-unreadable', { cause })
    })
  const keptContacts = await load(files.contacts)
  const keptHistory = await load(files.history)

  const contacts = createContacts({ file: files.contacts, kept: keptContacts, own: identity.address, nowMs })
  const history = createHistory({ file: files.history, kept: keptHistory })
  const { calls, connection } = await options.startCalls({
    identity,
    contacts,
    history,
    prekeys: files.prekeys,
  })

  return {
    address: identity.address,
    contacts,
    history,
    calls,
    server: options.chooseServer(connection),
    setAside: (['contacts', 'history'] as const).filter((name) => files[name].wasSetAside()),
    async close(patience) {
      await Promise.race([calls.leave().catch(() => undefined), patience])
      await Promise.all(Object.values(files).map((file) => file.close()))
    },
  }
}
