// The stores of the real server, wrapped so that everything that is put in passes an attacker first, and so that he can
// put in what he likes. Knows no attacks.
import type { WireRefusal } from '../../contract/signaling.ts'
import type { Envelope } from '../../signaling-server/envelope.ts'
import type { Mailboxes, PrekeyBundle } from '../../signaling-server/mailbox.ts'
import type { Party, ReplyHandles } from '../../signaling-server/reply-handles.ts'
import type { Passing, Place, RefusableRequest, Side } from './evil-server.ts'

export type Passage = Pick<Passing, 'via' | 'place' | 'env' | 'direction'>

export interface Lies {
  /** What becomes of an envelope; the answer that its sender gets. */
  pass(passage: Passage): WireRefusal | null
  /** The code with which a request is refused although nothing is wrong with it. */
  refused(request: RefusableRequest): WireRefusal | null
  prekey(address: string, genuine: PrekeyBundle | null): PrekeyBundle | null
  keep(address: string, bundle: PrekeyBundle): void
}

/** How long what the attacker puts into a mailbox waits there. */
const WAIT_MS = 60_000

export function lyingMailboxes(honest: Mailboxes, lies: Lies) {
  const store: Mailboxes = {
    ...honest,
    put: (address, env) =>
      lies.refused('box.put') ??
      lies.pass({ via: 'box.put', place: { mailbox: address }, env, direction: 'to-callee' }),
    putPrekey(address, bundle, untilMs) {
      lies.keep(address, bundle)
      return honest.putPrekey(address, bundle, untilMs)
    },
    prekey: (address) => lies.prekey(address, honest.prekey(address)),
  }
  return { store, inject: (address: string, env: Envelope) => honest.put(address, env, WAIT_MS) }
}

export function lyingHandles(honest: ReplyHandles, lies: Lies) {
  /** Who sits at a handle, as they came. */
  const parties = new Map<string, Partial<Record<Side, Party>>>()

  function inject(handle: string, side: Side, env: Envelope): WireRefusal | null {
    // The store carries to the other side of whoever puts it in.
    const from = parties.get(handle)?.[side === 'caller' ? 'callee' : 'caller']
    return from === undefined ? 'gone' : honest.put(handle, from, env)
  }

  const store: ReplyHandles = {
    ...honest,
    open(handle, party, wake) {
      const refusal = lies.refused('reply.open')
      if (refusal !== null) return refusal
      const seats = parties.get(handle) ?? { caller: party }
      parties.set(handle, seats.caller === party ? seats : { ...seats, callee: party })
      return honest.open(handle, party, wake)
    },
    put(handle, party, env) {
      const toCallee = parties.get(handle)?.caller === party
      const place: Place = { handle, side: toCallee ? 'callee' : 'caller' }
      const direction = toCallee ? 'to-callee' : 'to-caller'
      return lies.refused('reply.put') ?? lies.pass({ via: 'reply.put', place, env, direction })
    },
    countRelay: (handle, party) => lies.refused('turn.get') ?? honest.countRelay(handle, party),
  }
  return { store, inject }
}
