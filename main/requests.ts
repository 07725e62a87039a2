// What each request of a page does: one line each, said to whoever owns the matter. Rules live with the owners.
import { PhoneError } from '../contract/errors.ts'
import type { CallCommand, DeviceMove, Views } from '../contract/ipc.ts'
import type { DeviceWish, Settings } from '../contract/settings.ts'
import type { FrameTest } from './frame-test.ts'
import type { ChatKeeping } from './chat/chat-keeping.ts'
import type { ChatLinks } from './chat/chat-links.ts'
import type { IncomingAlert } from './desktop/incoming-alert.ts'
import type { ScreenPicker } from './desktop/screen-picker.ts'
import { relaysAmong } from './call/relay-servers.ts'
import { readForm } from './desktop/deep-link.ts'
import type { Devices } from './devices.ts'
import type { Actions, WindowRole } from './ipc-registry.ts'
import type { Phone } from './phone.ts'
import type { Rehearsal } from './rehearsal.ts'
import type { Ringtones } from './ringtones.ts'
import { recognised } from './trust/contacts.ts'
import type { Safekeeping } from './safekeeping.ts'
import type { ViewBoard } from './views.ts'

export interface RequestParts {
  readonly views: ViewBoard
  readonly safekeeping: Safekeeping
  readonly settings: { get(): Settings; change(part: Partial<Settings>): void }
  readonly ringtones: Ringtones
  readonly rehearsal: Rehearsal
  readonly devices: Devices
  readonly screenPicker: Pick<ScreenPicker, 'sources' | 'choose'>
  readonly alert: Pick<IncomingAlert, 'acceptsInput'>
  /** Where every order for the call goes, whoever gives it. */
  readonly command: (order: CallCommand) => Promise<void>
  /** Null until there is an identity. */
  readonly phone: () => Phone | null
  /** The page's browser says that the network is back. */
  readonly onNetworkBack: () => void
  readonly frameTest: Pick<FrameTest, 'tested'>
  readonly preferDevice: (role: DeviceMove['role'], wish: DeviceWish) => void
  /** Microphone and camera may be opened outside a call just now. */
  readonly isDeviceTest: () => boolean
  readonly setDeviceTest: (on: boolean) => void
  readonly setCodeScan: (on: boolean) => void
  readonly chatKeeping: ChatKeeping
  readonly chatLinks: ChatLinks
  /** Where a person wants it; false when they do not. Code: `export-write-failed`. */
  readonly saveQuality: (text: string) => Promise<boolean>
  readonly quit: () => void
  readonly writeClipboard: (text: string) => Promise<void> | void
  /** A page has what it needs and listens. */
  readonly onPageReady: (role: WindowRole) => void
}

export function createActions(parts: RequestParts): Actions {
  const { views, safekeeping, settings, devices, ringtones, rehearsal } = parts
  const phone = (): Phone => {
    const open = parts.phone()
    if (!open) throw new PhoneError('not-ready')
    return open
  }
  const nothing = async (work: unknown): Promise<null> => {
    await work
    return null
  }
  const command = async (order: CallCommand, role: WindowRole): Promise<null> => {
    // SECURITY: the page guards its buttons as well, but a press within the first moments is refused here (E31).
    const decides = order.type === 'answer' || order.type === 'decline'
    if (role === 'alert' && decides && !parts.alert.acceptsInput()) throw new PhoneError('not-ready')
    return nothing(parts.command(order))
  }

  return {
    snapshot(_, role) {
      parts.onPageReady(role)
      // The alert page asks for no more slices than it gets.
      return views.snapshot(role) as Views
    },
    'call.command': command,
    'call.warm': ({ address }) => nothing(phone().calls.warm(address)),
    'link.certified': (message) => nothing(phone().calls.link.certified(message)),
    'link.prepared': (message) => nothing(phone().calls.link.prepared(message)),
    'link.signal': (message) => nothing(phone().calls.link.signal(message)),
    'link.bind': (message) => nothing(phone().calls.link.bind(message)),
    'link.frame': (message) => nothing(phone().calls.link.frame(message)),
    'link.measured': (message) => nothing(phone().calls.link.measured(message)),
    'link.failed': (message) => nothing(phone().calls.link.failed(message)),
    'link.screen': (message) => nothing(phone().calls.link.screen(message)),
    'screen.sources': () => parts.screenPicker.sources(),
    'screen.choose': ({ id }) => nothing(parts.screenPicker.choose(id)),
    'network.online': () => nothing(parts.onNetworkBack()),
    'frames.tested': ({ passed }) => nothing(parts.frameTest.tested(passed)),
    'devices.report': (report) => nothing(devices.report(report.devices, report.defaults)),
    'devices.prefer': ({ role, wish }) => nothing(parts.preferDevice(role, wish)),
    'devices.test': ({ on }) => nothing(parts.setDeviceTest(on)),
    'devices.scan': ({ on }) => nothing(parts.setCodeScan(on)),
    'identity.create': ({ name, passphrase }) => nothing(safekeeping.create(name, passphrase)),
    'identity.unlock': ({ passphrase }) => nothing(safekeeping.unlock(passphrase)),
    'identity.retry': () => nothing(safekeeping.retry()),
    'identity.passphrase': async ({ present, next }) => {
      await safekeeping.changePassphrase(present, next)
      views.changed('app')
      return null
    },
    'identity.renew': async ({ present }) => ({ renewed: await safekeeping.renew(present) }),
    'identity.erase': async () => ({ erased: await safekeeping.erase() }),
    'backup.save': async (request) => ({
      saved: await safekeeping.saveBackup(request.present, request.passphrase),
    }),
    'backup.choose': async () => ({ file: await safekeeping.chooseBackup() }),
    'backup.read': ({ passphrase }) => safekeeping.readBackup(passphrase),
    'backup.restore': async ({ passphrase }) => ({ restored: await safekeeping.restoreBackup(passphrase) }),
    'server.use': ({ url, channelBinding }) => nothing(phone().server.use(url, channelBinding)),
    'server.host': () => nothing(phone().server.host()),
    'server.retry': () => nothing(phone().server.retry()),
    'relay.use': (form) => nothing(phone().reach.use(form)),
    'relay.forget': () => nothing(phone().reach.forget()),
    'relay.test'() {
      // SECURITY: a page that tests no devices has no use for what opens the relay.
      const relay = parts.isDeviceTest() ? phone().reach.ownRelay() : null
      if (!relay) throw new PhoneError('not-ready')
      return { iceServers: relaysAmong([relay]) }
    },
    'contacts.add': (form) => nothing(phone().contacts.add(form)),
    'contacts.rename': ({ address, name }) => nothing(phone().contacts.rename(address, name)),
    'contacts.tone': ({ address, tone }) => nothing(phone().contacts.setTone(address, tone)),
    'contacts.favourite': ({ address, on }) => nothing(phone().contacts.setFavourite(address, on)),
    'contacts.remove': ({ address }) => nothing(phone().contacts.remove(address)),
    'contacts.read': ({ text }) => recognised(readForm(text), parts.phone()?.contacts ?? null),
    'contacts.succeed': ({ address }) => nothing(phone().contacts.succeed(address)),
    async 'contacts.block'({ address }) {
      const { contacts, calls } = phone()
      const kept = contacts.block(address)
      // What a full disk cannot keep is in force all the same until the app ends.
      calls.blocked(address)
      return nothing(kept)
    },
    'contacts.unblock': async ({ address }) => ({
      unblocked: await phone().verification.unblock(address),
    }),
    'contacts.safety-number': ({ address }) => phone().verification.numberWith(address),
    'contacts.verify': async ({ address, same }) => ({
      marked: await phone().verification.compared(address, same),
    }),
    'contacts.unverify': ({ address }) => nothing(phone().contacts.unverified(address)),
    'contacts.scan': async ({ address, text }) => ({
      marked: await phone().verification.scanned(address, text),
    }),
    'warnings.dismiss': (warning) => nothing(phone().warnings.dismiss(warning)),
    'history.seen': () => nothing(phone().history.seen()),
    'history.remove': ({ id }) => nothing(phone().history.remove(id)),
    'history.clear': () => nothing(Promise.all([phone().history.clear(), phone().quality.clear()])),
    'quality.keep': ({ record }) => nothing(phone().quality.keep(record)),
    'quality.list': () => phone().quality.list(),
    'quality.save': async ({ id }) => ({ saved: await parts.saveQuality(phone().quality.textOf(id)) }),
    'quality.clear': () => nothing(phone().quality.clear()),
    async 'check.relays'() {
      // SECURITY: as for a relay's test.
      if (!parts.isDeviceTest()) throw new PhoneError('not-ready')
      return { iceServers: await phone().calls.relays() }
    },
    'settings.change': (change) => nothing(settings.change(change)),
    'ring.rehearse': ({ on, tone }) =>
      nothing(on ? rehearsal.start(tone ?? settings.get().ringTone) : rehearsal.stop()),
    'ringtones.choose': () => ringtones.choose(),
    'ringtones.read': async ({ id }) => ({ bytes: await ringtones.read(id) }),
    'ringtones.keep': ({ id }) => nothing(ringtones.keep(id)),
    'ringtones.remove': ({ id }) => nothing(ringtones.remove(id)),
    'ringtones.failed': ({ id }) => nothing(ringtones.failed(id)),
    'chat.command': (command) => nothing(phone().calls.chat.command(command)),
    'chat.report': (report) => nothing(phone().calls.chat.report(report)),
    'chat.link': async ({ url }) => ({ opened: await parts.chatLinks.open(url) }),
    'chat.save': async ({ callId, id }) => ({ saving: await parts.chatKeeping.save(callId, id) }),
    'chat.write': ({ saving, bytes }) => nothing(parts.chatKeeping.write(saving, bytes)),
    'chat.saved': ({ saving, whole }) => nothing(parts.chatKeeping.saved(saving, whole)),
    'chat.keep': async ({ callId }) => ({ kept: await parts.chatKeeping.keep(callId) }),
    'app.quit': () => nothing(parts.quit()),
    'clipboard.write': ({ text }) => nothing(parts.writeClipboard(text)),
  }
}
