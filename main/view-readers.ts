// How each slice of the views is read from its owners, with or without an identity. Remembers nothing.
import { shownSettings, type AppView, type ControlView, type SettingsView } from '../contract/ipc.ts'
import type { Language, Settings } from '../contract/settings.ts'
import type { HushWatch } from './call/hush.ts'
import { writeSuccessions } from '../sp1/succession.ts'
import type { ContentProtection } from './desktop/content-protection.ts'
import { linkOf } from './desktop/deep-link.ts'
import type { ScreenLock } from './desktop/screen-lock.ts'
import type { Devices } from './devices.ts'
import type { HostingView } from './embedded-server.ts'
import type { FrameTest } from './frame-test.ts'
import type { Phone } from './phone.ts'
import type { Rehearsal } from './rehearsal.ts'
import type { Ringtones } from './ringtones.ts'
import type { Vault } from './trust/vault.ts'
import type { Readers } from './views.ts'

export function createReaders(owners: {
  readonly version: string
  readonly profile: string | null
  readonly settings: { get(): Settings; wasSetAside(): boolean }
  readonly spokenLanguage: () => Language
  readonly devices: Devices
  readonly vault: Pick<Vault, 'stage' | 'passphraseNeeded' | 'lock' | 'isUnsound'>
  readonly embedded: { view(): HostingView }
  /** How far the start has come. */
  readonly startUp: () => StartUp
  readonly frameTest: FrameTest
  readonly hush: Pick<HushWatch, 'now'>
  readonly screenLock: Pick<ScreenLock, 'isLocked'>
  readonly contentProtection: Pick<ContentProtection, 'view'>
  readonly rehearsal: Pick<Rehearsal, 'tone'>
  readonly ringtones: Pick<Ringtones, 'view'>
  readonly control: () => ControlView
  readonly phone: () => Phone | null
}): Readers {
  const { settings, vault, phone } = owners
  return {
    app: () => ({
      version: owners.version,
      profile: owners.profile,
      stage: stageOf(owners.startUp(), vault, phone() !== null),
      passphraseNeeded: vault.passphraseNeeded(),
      frameTest: owners.frameTest.state(),
      lock: vault.lock(),
      contentProtection: owners.contentProtection.view(),
      setAside: [...(settings.wasSetAside() ? (['settings'] as const) : []), ...(phone()?.setAside ?? [])],
    }),
    identity() {
      const open = phone()
      if (!open) return null
      const { address } = open
      const form = { address, name: settings.get().name, server: open.server.view().url }
      const steps = open.successions
      return {
        address,
        link: linkOf(form),
        successorLink: steps.length > 0 ? linkOf(form, writeSuccessions(steps)) : null,
      }
    },
    server() {
      // Chosen already, and waiting for the identity: nobody is to be asked again.
      const state = settings.get().server.kind === 'none' ? 'none' : 'connecting'
      return (
        phone()?.server.view() ?? {
          url: null,
          channelBinding: false,
          state,
          code: null,
          ...owners.embedded.view(),
        }
      )
    },
    relay: () => phone()?.reach.view() ?? { own: null },
    contacts() {
      const open = phone()
      if (!open) return []
      return open.contacts
        .list()
        .map((contact) => ({ ...contact, online: open.presence.isOnline(contact.address) }))
    },
    blocked: () => phone()?.contacts.blocked() ?? [],
    history() {
      const open = phone()
      return open ? open.history.view(open.contacts.nameOf) : []
    },
    call: () => phone()?.calls.view() ?? { phase: 'idle' },
    chat: () => phone()?.calls.chat.view() ?? null,
    warnings() {
      const open = phone()
      return open ? open.warnings.view(open.contacts.nameOf) : { calls: [], codesTried: false }
    },
    devices: () => owners.devices.view(),
    settings() {
      const all = settings.get()
      const shown = Object.fromEntries(shownSettings.map((key) => [key, all[key]])) as unknown as SettingsView
      return { ...shown, spokenLanguage: owners.spokenLanguage() }
    },
    ringing: () => ({
      hush: owners.hush.now(),
      namesHidden: settings.get().hideNamesWhenLocked && owners.screenLock.isLocked(),
      rehearsal: owners.rehearsal.tone(),
      own: owners.ringtones.view(),
    }),
    control: owners.control,
  }
}

/** `failed`: there is an identity, but a file that goes with it could not be opened. */
export type StartUp = 'opening' | 'opened' | 'failed'

function stageOf(
  startUp: StartUp,
  vault: Pick<Vault, 'stage' | 'isUnsound'>,
  isOpen: boolean,
): AppView['stage'] {
  if (vault.isUnsound()) return 'unsound'
  if (startUp === 'opening') return 'starting'
  if (startUp === 'failed') return 'broken'
  const stage = vault.stage()
  if (stage === 'opening') return 'starting'
  // The seed is there and the sealed files are being read.
  return stage === 'ready' && !isOpen ? 'starting' : stage
}
