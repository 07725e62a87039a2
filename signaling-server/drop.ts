// The anonymous namespace: fetch a prekey, leave a sealed envelope, talk over a reply handle. SECURITY: nothing
// here may learn or keep who is on the other end of a connection; a party is an empty object.
import type { Namespace, Socket } from 'socket.io'
import { dropRequests, wireLimits } from '../contract/signaling.ts'
import { parseAddress } from '../sp1/address.ts'
import { orNull } from './auth.ts'
import { standingOf } from './delivery.ts'
import { answered, openDoor, refused, route, type Admit, type DoorOptions } from './door.ts'
import type { Mailboxes } from './mailbox.ts'
import { createOutflow } from './outflow.ts'
import type { Relay } from './relay.ts'
import type { Party, ReplyHandles } from './reply-handles.ts'
import type { WaitingEnvelope } from './seat-store.ts'

export interface DropOptions {
  readonly mailboxes: Mailboxes
  readonly handles: ReplyHandles
  /** Null when this server has none. */
  readonly relay: Relay | null
  /** How long a connection may stay that sits at no handle and asks nothing. */
  readonly idleTimeoutMs: number
  readonly admitOf: (socket: Socket) => {
    readonly request: Admit
    readonly handleTraffic: Admit
    readonly mailbox: (address: string, known: boolean) => Promise<boolean>
  }
  readonly report: Pick<DoorOptions, 'onRefused' | 'onBug'>
}

export function openDrop(namespace: Namespace, options: DropOptions): void {
  const { mailboxes, handles, relay, idleTimeoutMs, admitOf, report } = options

  namespace.on('connection', (socket) => {
    const admit = admitOf(socket)
    const party: Party = {}
    /** Handles at which something waits for this party. */
    const ready = new Set<string>()

    const idle = setInterval(() => {
      if (handles.seatsOf(party) === 0) socket.disconnect(true)
    }, idleTimeoutMs)

    const flow = createOutflow(socket.conn, () => {
      for (const handle of ready) {
        const next = handles.take(handle, party)
        if (next !== null) {
          send(handle, next)
          return true
        }
        ready.delete(handle)
      }
      return false
    })
    function send(handle: string, { id, env }: WaitingEnvelope): void {
      // Nothing waits longer than this, so that whatever has not been acked by then is gone. SECURITY: until then the library keeps
      // the function, which must not keep the envelope.
      socket.timeout(wireLimits.waitS * 1000).emit('reply.env', { handle, env }, ackOf(handle, id))
    }
    const ackOf = (handle: string, id: number) => (late: Error | null) => {
      if (late === null) handles.acked(handle, id)
    }
    function wake(handle: string): void {
      ready.add(handle)
      // Later, so that whoever opens a handle gets its answer first.
      setImmediate(flow)
    }

    openDoor(socket, {
      ...report,
      admitUnknown: admit.request,
      routes: new Map([
        [
          'prekey.get',
          route(admit.request, dropRequests['prekey.get'], ({ address }) => {
            idle.refresh()
            const bundle = mailboxes.prekey(address)
            return bundle === null ? refused('no-prekey') : { ok: true, ...bundle }
          }),
        ],
        [
          'box.put',
          route(admit.request, dropRequests['box.put'], async ({ to, env, ttlS, key }) => {
            idle.refresh()
            if (orNull(() => parseAddress(to)) === null) return refused('bad-shape')
            const standing = standingOf(mailboxes.delivery(to), key)
            if (!(await admit.mailbox(to, standing === 'known'))) return refused('rate')
            // SECURITY (S9): what nobody wants gets the same answer as what is kept.
            return answered(mailboxes.put(to, env, ttlS * 1000, standing !== 'unwanted'))
          }),
        ],
        [
          'reply.open',
          route(admit.handleTraffic, dropRequests['reply.open'], ({ handle, seat }) => {
            const refusal = handles.open(handle, party, wake, seat)
            if (refusal === null) relay?.opened(handle)
            return answered(refusal)
          }),
        ],
        [
          'reply.put',
          route(admit.handleTraffic, dropRequests['reply.put'], ({ handle, env }) =>
            answered(handles.put(handle, party, env)),
          ),
        ],
        [
          'reply.close',
          route(admit.handleTraffic, dropRequests['reply.close'], ({ handle }) => {
            idle.refresh()
            const refusal = handles.close(handle, party)
            if (refusal === null) relay?.closed(handle)
            return answered(refusal)
          }),
        ],
        [
          'turn.get',
          route(admit.handleTraffic, dropRequests['turn.get'], ({ handle }) => {
            if (relay?.works() !== true) return refused('no-relay')
            const seat = handles.countRelay(handle, party)
            if (typeof seat === 'string') return refused(seat)
            const access = relay.access(handle, seat.side)
            return access === null ? refused('bad-shape') : { ok: true, ...access }
          }),
        ],
      ]),
    })

    socket.on('disconnect', () => {
      clearInterval(idle)
      handles.leave(party)
    })
  })
}
