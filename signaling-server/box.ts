// The authenticated namespace: an owner logs in, leaves a prekey and receives what waits in the mailbox. Knows
// nothing of the anonymous namespace; the two meet in the mailbox store only.
import type { Namespace, Socket } from 'socket.io'
import * as v from 'valibot'
import { boxRequests, wireLimits } from '../contract/signaling.ts'
import { fromBase64url, fromUtf8 } from '../sp1/encode.ts'
import { checkPrekey } from '../sp1/prekey.ts'
import { Refusal } from '../sp1/refusal.ts'
import { createAuth, type Owner } from './auth.ts'
import { answered, openDoor, refused, route, type Admit, type Answer, type DoorOptions } from './door.ts'
import type { Mailboxes, PrekeyBundle } from './mailbox.ts'
import { createOutflow } from './outflow.ts'
import type { PresenceBoard } from './presence.ts'

export interface BoxOptions {
  readonly origin: string
  readonly mailboxes: Mailboxes
  readonly presence: PresenceBoard
  readonly now: () => number
  /** How long a connection may take to log in. */
  readonly authTimeoutMs: number
  readonly admitOf: (socket: Socket) => { readonly request: Admit }
  readonly channelBindingOf: (socket: Socket) => string
  readonly report: Pick<DoorOptions, 'onRefused' | 'onBug'>
  readonly onLoginsChanged: (count: number) => void
}

/** Serves the namespace. The returned function counts the owners who are logged in. */
export function openBox(namespace: Namespace, options: BoxOptions): () => number {
  const { origin, mailboxes, presence, now, authTimeoutMs, admitOf, channelBindingOf, report } = options
  const { onLoginsChanged } = options
  /** Address to the one socket that is logged in for it. */
  const logins = new Map<string, Socket>()

  namespace.on('connection', (socket) => {
    const auth = createAuth({
      origin,
      sid: socket.id,
      channelBinding: channelBindingOf(socket),
      now,
    })
    const admit = admitOf(socket).request
    let owner: Owner | null = null
    const place = presence.join((tokens) => socket.emit('presence', { tokens }))
    const deadline = setTimeout(() => socket.disconnect(true), authTimeoutMs)

    function logIn(proven: Owner): Answer {
      // One connection speaks for one identity: a second one would tie the two together.
      if (owner !== null && owner.address !== proven.address) return refused('bad-shape')
      clearTimeout(deadline)
      if (owner === null) {
        owner = proven
        replaceOlder(proven.address, socket)
        deliver(proven.address, socket)
      }
      return { ok: true, waiting: mailboxes.waiting(proven.address).length }
    }

    function putPrekey(bundle: PrekeyBundle): Answer {
      if (owner === null) return refused('not-authenticated')
      try {
        checkPrekey(bundle, owner.publicKey, now())
      } catch (cause) {
        if (!(cause instanceof Refusal)) throw cause
        if (cause.code === 'prekey-expired') return refused('stale')
        const forged = cause.code === 'prekey-signature' || cause.code === 'prekey-identity'
        return refused(forged ? 'bad-signature' : 'bad-shape')
      }
      return answered(mailboxes.putPrekey(owner.address, bundle, lastDayOf(bundle)))
    }

    openDoor(socket, {
      ...report,
      admitUnknown: admit,
      routes: new Map([
        ['hello', route(admit, boxRequests.hello, auth.hello)],
        [
          'auth',
          route(admit, boxRequests.auth, (request) => {
            const proven = auth.prove(request)
            return 'ok' in proven ? proven : logIn(proven)
          }),
        ],
        ['prekey.put', route(admit, boxRequests['prekey.put'], putPrekey)],
        [
          'delivery.put',
          route(admit, boxRequests['delivery.put'], (delivery) =>
            owner === null
              ? refused('not-authenticated')
              : answered(mailboxes.putDelivery(owner.address, delivery)),
          ),
        ],
        [
          'presence.put',
          route(admit, boxRequests['presence.put'], ({ tokens }) =>
            owner === null ? refused('not-authenticated') : answered(place.put(tokens)),
          ),
        ],
      ]),
    })
    socket.on('disconnect', () => {
      clearTimeout(deadline)
      place.leave()
    })
  })

  function replaceOlder(address: string, socket: Socket): void {
    const older = logins.get(address)
    logins.set(address, socket)
    older?.emit('replaced', {})
    older?.disconnect(true)
    socket.on('disconnect', () => {
      if (logins.get(address) !== socket) return
      logins.delete(address)
      onLoginsChanged(logins.size)
    })
    onLoginsChanged(logins.size)
  }

  /** Sends what waits and what arrives, in order; an envelope leaves the store when the client has acked it. */
  function deliver(address: string, socket: Socket): void {
    const sent = new Set<string>()
    const flow = createOutflow(socket.conn, () => {
      const next = mailboxes.waiting(address).find(({ id }) => !sent.has(id))
      if (next === undefined) return false
      const { id, env } = next
      sent.add(id)
      // No envelope waits longer than this, so that whatever has not been acked by then is gone.
      socket.timeout(wireLimits.waitS * 1000).emit('env', { id, env }, (late: Error | null) => {
        sent.delete(id)
        if (late === null) mailboxes.remove(address, id)
      })
      return true
    })
    // Later: after the answer to the login, and SECURITY: after the answer to whoever puts something in, so that
    // its delay does not tell whether the owner is connected.
    const flowLater = () => setImmediate(flow)
    socket.on('disconnect', mailboxes.listen(address, flowLater))
    flowLater()
  }

  return () => logins.size
}

/** `to` of a bundle that has been checked. */
function lastDayOf({ body }: PrekeyBundle): number {
  return v.parse(v.looseObject({ to: v.number() }), JSON.parse(fromUtf8(fromBase64url(body)))).to
}
