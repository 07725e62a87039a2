// Everything that exists only once there is an identity: contacts, history, prekeys, the connection and the
// calls. Opens the sealed files and hands each part what it needs.
import type { CallView } from '../contract/call-view.ts'
import { PhoneError } from '../contract/errors.ts'
import type { Address } from '../contract/ids.ts'
import type { AppView, CallCommand } from '../contract/ipc.ts'
import type { IceServer } from '../contract/link.ts'
import type { Rng } from '../sp1/encode.ts'
import type { StoredPrekey } from '../sp1/prekey.ts'
import { readSuccessions, type Succession } from '../sp1/succession.ts'
import type { CallEngine } from './call/call-engine.ts'
import type { Chat } from './chat/chat.ts'
import type { Question } from './desktop/quit.ts'
import { createHistory, type History } from './history.ts'
import { identityFiles, settleFiles, takeRestored, type RestoredSettings } from './identity-files.ts'
import type { Presence } from './presence.ts'
import { createQualityRecords, type QualityRecords } from './quality-records.ts'
import { createReachMemory, type ReachMemory } from './reach-memory.ts'
import type { SealedFile } from './sealed-file.ts'
import type { ServerChoice, ServerConnection } from './server-choice.ts'
import { createContacts, type Contacts } from './trust/contacts.ts'
import type { OwnIdentity } from './trust/vault.ts'
import { createVerification, type Verification } from './trust/verification.ts'
import { createWarnings, type Warnings } from './trust/warnings.ts'

/** The one call there may be, as the rest of main sees it. */
export interface Calls {
  view(): CallView
  command(order: CallCommand): Promise<void> | void
  /** A person is about to call this one. */
  warm(peer: Address): void
  /** What is said beside the call. */
  readonly chat: Chat
  /** What the page says of its link. */
  readonly link: CallEngine['link']
  /** What a person chose to show, or not to. */
  readonly screen: CallEngine['screen']
  /** The page crashed or was loaded anew: whatever it had open is gone. */
  pageReady(): void
  pageGone(): void
  /** Who may ring, or whether I am seen, has been set anew. */
  settingsChanged(): void
  /** Who may be heard now has been set anew, or quiet hours have begun or ended: a call that rings may fall silent. */
  quietChanged(): void
  /** Nothing of this person's calls is to be heard or to come to the front now. */
  isHushed(peer: Address): boolean
  /** Ends a call with somebody who was just blocked. */
  blocked(peer: Address): void
  /** This identity turned out to be somebody else's: a call with it ends at once. */
  mismatched(peer: Address): void
  /** Other devices are chosen or plugged in: a call that runs follows. */
  devicesChanged(): void
  /** The addresses of this computer are others, or it woke up; `online`: it has any. Makes every connection anew. */
  networkChanged(online: boolean): void
  /** What a call through my server would be given as relays, for a check; empty where it has none. */
  relays(): Promise<readonly IceServer[]>
  /** Ends the call with a sealed goodbye and closes the connection; resolves when both are done. */
  leave(): Promise<void>
  onChange(listener: () => void): () => void
}

export interface Phone {
  readonly address: Address
  readonly contacts: Contacts
  readonly history: History
  readonly quality: QualityRecords
  /** What is forgotten after a while, where a person wants that. */
  readonly forgetful: Pick<History, 'forgetOlderThan'>
  readonly verification: Verification
  readonly warnings: Warnings
  readonly calls: Calls
  readonly reach: ReachMemory
  readonly presence: Presence
  readonly server: ServerChoice
  /** What leads from this person's earlier keys to the present one, the latest step first. */
  readonly successions: readonly Succession[]
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
  readonly warnings: Warnings
  readonly reach: ReachMemory
  readonly prekeys: SealedFile<StoredPrekey[]>
  /** What leads from this person's earlier keys to the present one, the latest step first. */
  readonly successions: () => readonly Succession[]
}

/** SECURITY: what cannot be read is not handed to anybody; the file is sealed, so it is a bug or an older version. */
function stepsIn(kept: string | null): readonly Succession[] {
  try {
    return kept ? readSuccessions(kept) : []
  } catch {
    return []
  }
}

export interface StartedCalls {
  readonly calls: Calls
  readonly presence: Presence
  readonly connection: ServerConnection
}

/** Code: `vault-unreadable` when a file is there and the system does not let us read it. */
export async function openPhone(options: {
  identity: OwnIdentity
  folder: string
  rng: Rng
  nowMs: () => number
  startCalls: (parts: CallParts) => Promise<StartedCalls>
  chooseServer: (connection: ServerConnection) => ServerChoice
  /** A backup was restored: name and server are those in it. Throws when they cannot be kept. */
  onRestored: (restored: RestoredSettings) => void
  /** A question of the system's own look. */
  confirm: (question: Question) => Promise<boolean>
}): Promise<Phone> {
  const { identity, rng, nowMs } = options
  const settled = settleFiles(options, identity.seed).then(() =>
    takeRestored(options, identity.seed, options.onRestored),
  )
  await settled.catch((cause: unknown) => {
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
  const steps = stepsIn(await load(files.successions))
  const keptWarnings = await load(files.warnings)
  const keptReach = await load(files.reach)
  const keptQuality = await load(files.quality)

  const contacts = createContacts({
    file: files.contacts,
    kept: keptContacts,
    own: identity.address,
    nowMs,
    rng,
  })
  const history = createHistory({ file: files.history, kept: keptHistory })
  const quality = createQualityRecords({ file: files.quality, kept: keptQuality })
  const reach = createReachMemory({ file: files.reach, kept: keptReach })
  const warnings = createWarnings({ file: files.warnings, kept: keptWarnings, nowMs })
  const { calls, presence, connection } = await options.startCalls({
    identity,
    contacts,
    history,
    warnings,
    reach,
    prekeys: files.prekeys,
    successions: () => steps,
  })

  return {
    address: identity.address,
    contacts,
    history,
    quality,
    forgetful: {
      async forgetOlderThan(...age) {
        await Promise.all([history.forgetOlderThan(...age), quality.forgetOlderThan(...age)])
      },
    },
    verification: createVerification({
      own: identity.address,
      contacts,
      confirm: options.confirm,
      onMismatch: calls.mismatched,
    }),
    warnings,
    calls,
    reach,
    presence,
    server: options.chooseServer(connection),
    successions: steps,
    setAside: (['contacts', 'history', 'reach', 'warnings'] as const).filter((name) =>
      files[name].wasSetAside(),
    ),
    async close(patience) {
      await Promise.race([calls.leave().catch(() => undefined), patience])
      await Promise.all(Object.values(files).map((file) => file.close()))
    },
  }
}
