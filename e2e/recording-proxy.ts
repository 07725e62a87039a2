// A TCP proxy in front of a server that keeps every byte of every connection, and can hold or cut them all. Shows what
// is on the wire; knows WebSocket frames only to undo their masks.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface RecordedConnection {
  /** Everything so far. */
  readonly clientToServer: Buffer
  readonly serverToClient: Buffer
}

export interface RecordingProxy {
  /** Where clients connect. */
  readonly url: string
  /** In the order in which they were opened; those that ended stay. */
  readonly connections: readonly RecordedConnection[]
  /** Where new connections go. Until it is set they are cut. */
  forwardTo(url: string): void
  /** Lets nothing through in either direction, without closing anything. */
  pause(): void
  resume(): void
  /** Cuts every connection at once. New ones are taken. */
  kill(): void
  close(): Promise<void>
}

export async function startRecordingProxy(targetUrl?: string): Promise<RecordingProxy> {
  let target = targetUrl
  let paused = false
  const open = new Set<Socket>()
  const connections: RecordedConnection[] = []

  const server = createServer((client) => {
    if (target === undefined) return void client.destroy()
    const { hostname, port } = new URL(target)
    const upstream = connect(Number(port), hostname)
    const clientToServer = pump(client, upstream)
    const serverToClient = pump(upstream, client)
    connections.push({
      get clientToServer() {
        return Buffer.concat(clientToServer)
      },
      get serverToClient() {
        return Buffer.concat(serverToClient)
      },
    })
  })

  /** Passes on and keeps what `from` sends; the end or failure of one side is the end of both. */
  function pump(from: Socket, to: Socket): Buffer[] {
    const kept: Buffer[] = []
    open.add(from)
    if (paused) from.pause()
    from.on('data', (chunk: Buffer) => {
      kept.push(chunk)
      to.write(chunk)
    })
    from.on('end', () => to.end())
    // What a cut connection reports is that it was cut.
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      to.destroySoon()
    })
    return kept
  }

  function kill(): void {
    for (const socket of open) socket.destroy()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    forwardTo(url) {
      target = url
    },
    pause() {
      paused = true
      for (const socket of open) socket.pause()
    },
    resume() {
      paused = false
      for (const socket of open) socket.resume()
    },
    kill,
    async close() {
      kill()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

/**
 * The messages in one direction of a WebSocket connection (RFC 6455 section 5), unmasked, a line each, with what
 * there is of an unfinished one. A stream that was never upgraded comes back as it is.
 */
export function decodeWebSocket(stream: Buffer): Buffer {
  return Buffer.from(webSocketMessages(stream).join('\n'), 'latin1')
}

/** The same, apart. Each string is bytes: one character per byte. */
export function webSocketMessages(stream: Buffer): string[] {
  const headEnd = stream.indexOf('\r\n\r\n')
  const head = stream.toString('latin1', 0, Math.max(0, headEnd))
  if (!/^upgrade: *websocket/im.test(head)) return [stream.toString('latin1')]
  const messages: string[] = []
  let rest = stream.subarray(headEnd + 4)
  for (let frame = readFrame(rest); frame !== null; frame = readFrame(rest)) {
    rest = frame.rest
    if (frame.opcode === 0x0) messages.push((messages.pop() ?? '') + frame.payload.toString('latin1'))
    else if (frame.opcode < 0x8) messages.push(frame.payload.toString('latin1'))
  }
  return messages
}

function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; rest: Buffer } | null {
  if (bytes.length < 2) return null
  const short = bytes.readUInt8(1) & 0x7f
  const lengthEnd = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)
  const masked = (bytes.readUInt8(1) & 0x80) !== 0
  const start = lengthEnd + (masked ? 4 : 0)
  if (bytes.length < start) return null
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  const payload = Buffer.from(bytes.subarray(start, start + length))
  const mask = bytes.subarray(lengthEnd, start)
  if (masked) for (const [index, byte] of payload.entries()) payload[index] = byte ^ mask[index % 4]!
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, rest: bytes.subarray(start + length) }
}
