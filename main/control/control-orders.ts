// What each order of the command line does. Reads the views and gives the commands that a page or the tray would give.
import type { CallView } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { CallId } from '../../contract/ids.ts'
import type { CallCommand, ContactView, ReadForm, Views } from '../../contract/ipc.ts'
import type { ControlAnswer, ControlCode, ControlOrder, ControlStatus } from './control-protocol.ts'
import { isSpoken } from '../push-to-talk.ts'

/** SECURITY: a command may hang on a key of the desktop, so that it is guarded as a key is (E31). */
const inputGuardMs = 500

export interface ControlOrders {
  /** Rejects only for a bug. */
  carryOut(order: ControlOrder): Promise<ControlAnswer>
  /** The call may be another now. */
  look(): void
}

export function createControlOrders(parts: {
  readonly read: <S extends 'call' | 'contacts' | 'server' | 'app'>(slice: S) => Views[S]
  readonly command: (order: CallCommand) => Promise<void>
  /** An address or a link. Throws PhoneError `bad-address` or `bad-link`. */
  readonly readForm: (text: string) => ReadForm
  /** Fills the form of somebody who is no contact, in the window. */
  readonly showForm: (form: ReadForm) => void
  readonly showWindow: () => void
  /** Never goes back. */
  readonly nowMs: () => number
}): ControlOrders {
  const { read, command } = parts
  let ringing: { readonly callId: CallId; readonly sinceMs: number } | null = null

  /**
   * Who may be dialled without another press, and why: an order at this door is typed by the person, or by a program of
   * theirs that could as well press the buttons; a link, which anybody can write, never comes here. So a contact is dialled,
   * once the name or address says which, and the window comes to the front, for no call goes out unseen. Whoever is no contact
   * is shown first: an address in a script may be anybody's.
   */
  async function dial(who: string): Promise<ControlAnswer> {
    if (read('app').stage !== 'ready') return refused('not-ready')
    const named = byName(read('contacts'), who)
    if (named.length > 1) return { ok: false, code: 'name-ambiguous', count: named.length }
    const contact = named[0] ?? byAddress(who)
    if (contact === null) return refused('nobody-found')
    if (!('trust' in contact)) {
      parts.showForm(contact)
      return { ok: true, asked: true }
    }
    if (contact.trust.state === 'X') return refused('person-refused')
    await command({ type: 'dial', address: contact.address, video: false })
    parts.showWindow()
    return { ok: true }
  }

  function byAddress(who: string): ContactView | ReadForm | null {
    const form = readOr(null, () => parts.readForm(who))
    if (form === null) return null
    return read('contacts').find(({ address }) => address === form.address) ?? form
  }

  async function decide(type: 'answer' | 'decline'): Promise<ControlAnswer> {
    look()
    const call = read('call')
    if (call.phase !== 'incoming' || ringing === null) return refused('nothing-rings')
    if (parts.nowMs() - ringing.sinceMs < inputGuardMs) return refused('too-soon')
    const { callId } = call
    await command(type === 'answer' ? { type, callId, video: false } : { type, callId })
    return { ok: true }
  }

  async function inCall(orderFor: (call: SpokenCall) => CallCommand): Promise<ControlAnswer> {
    const call = read('call')
    if (!isSpoken(call)) return refused('no-call')
    await command(orderFor(call))
    return { ok: true }
  }

  function look(): void {
    const call = read('call')
    if (call.phase !== 'incoming') ringing = null
    else if (ringing?.callId !== call.callId) ringing = { callId: call.callId, sinceMs: parts.nowMs() }
  }

  function start(order: ControlOrder): Promise<ControlAnswer> | ControlAnswer {
    switch (order.do) {
      case 'call':
        return dial(order.who.trim())
      case 'answer':
      case 'decline':
        return decide(order.do)
      case 'hangup':
        return inCall(({ callId }) => ({ type: 'hang-up', callId }))
      case 'mute':
        return inCall(({ callId, media }) => ({
          type: 'mute',
          callId,
          on: order.to === 'toggle' ? media.micOn : order.to === 'on',
        }))
      case 'ptt':
        return inCall(({ callId }) => ({ type: 'talk', callId, on: order.to === 'down' }))
      case 'status':
        return { ok: true, status: statusOf(read('call'), read('server').state === 'online') }
    }
  }

  return {
    look,
    async carryOut(order) {
      try {
        return await start(order)
      } catch (error) {
        if (error instanceof PhoneError) return refused(error.code)
        throw error
      }
    },
  }
}

type SpokenCall = Extract<
  CallView,
  { phase: 'dialing' | 'ringing' | 'connecting' | 'talking' | 'reconnecting' }
>

/** SECURITY: the name is the one in my contacts. No address and nothing that a peer says of itself leaves by this door. */
export function statusOf(call: CallView, online: boolean): ControlStatus {
  if (call.phase === 'idle') {
    return { phase: 'idle', direction: null, name: null, trust: null, mic: 'off', camera: 'off', online }
  }
  const { phase, direction, peer, media } = call
  const open = isSpoken(call)
  return {
    phase,
    direction,
    name: peer.name,
    trust: peer.trust.state,
    mic: open && media.micOn ? 'on' : 'off',
    camera: open && media.video && media.cameraOn ? 'on' : 'off',
    online,
  }
}

/** Whoever has exactly this name; else whoever has it but for capitals and forms of the same letter. */
function byName(contacts: readonly ContactView[], name: string): readonly ContactView[] {
  const exact = contacts.filter((contact) => contact.name === name)
  if (exact.length > 0) return exact
  const folded = (text: string) => text.normalize('NFKC').toLocaleLowerCase('en').trim()
  return contacts.filter((contact) => folded(contact.name) === folded(name))
}

const refused = (code: ControlCode): ControlAnswer => ({ ok: false, code })

function readOr<T>(fallback: T, reading: () => T): T {
  try {
    return reading()
  } catch (error) {
    if (!(error instanceof PhoneError)) throw error
    return fallback
  }
}
