// What is on its way to one client. Bounds the memory that a reader who does not read can cost: engine.io itself
// queues without end (socketio/engine.io#420).
import type { Socket } from 'socket.io'

/** Above this, envelopes stay in their store, which has caps of its own. */
const HIGH_WATER_BYTES = 256 * 1024
/** Above this, a client that asks and never reads the answers is cut off. */
const MAX_BACKLOG_BYTES = 1024 * 1024
const MAX_QUEUED_PACKETS = 2000

type Connection = Socket['conn']

/** The members of engine.io's connection that tell its backlog; not in its published types. */
interface Backlog {
  readonly writeBuffer: readonly { readonly data?: unknown }[]
  readonly transport: { readonly socket?: { readonly bufferedAmount: number } }
}

/**
 * Returns a function that calls `sendNext` for as long as it sends something and the client reads. Call it
 * whenever there may be something to send.
 */
export function createOutflow(connection: Connection, sendNext: () => boolean): () => void {
  let waiting = false
  return function flow() {
    while (!waiting && connection.readyState === 'open') {
      if (backlogBytes(connection) <= HIGH_WATER_BYTES) {
        if (!sendNext()) return
        continue
      }
      waiting = true
      connection.transport.once('drain', () => {
        waiting = false
        setImmediate(flow)
      })
    }
  }
}

/** SECURITY: the bound for everything that is sent without asking `createOutflow`, which is answers only. */
export function isClogged(connection: Connection): boolean {
  const { writeBuffer, transport } = connection as unknown as Backlog
  return (
    writeBuffer.length > MAX_QUEUED_PACKETS || (transport.socket?.bufferedAmount ?? 0) > MAX_BACKLOG_BYTES
  )
}

function backlogBytes(connection: Connection): number {
  const { writeBuffer, transport } = connection as unknown as Backlog
  const queued = writeBuffer.reduce(
    (sum, { data }) => sum + (typeof data === 'string' ? Buffer.byteLength(data) : 0),
    0,
  )
  return queued + (transport.socket?.bufferedAmount ?? 0)
}
