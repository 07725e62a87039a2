// The door for this person's own command line: a socket that only they can open. Owns who gets in, how much they may say and
// how often; what an order does is control-orders'.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { chmod, lstat, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { createRateLimit } from '../call/rate-limit.ts'
import type { Clock } from '../clock.ts'
import { writePrivately } from '../private-file.ts'
import { Refusal } from '../../sp1/refusal.ts'
import { createLineReader } from './control-line.ts'
import {
  controlFile,
  controlLimits,
  ControlRequest,
  type ControlAnswer,
  type ControlCode,
  type ControlOrder,
  type ControlPlace,
} from './control-protocol.ts'

/** A socket's path has to fit into `sun_path` with its end: 108 bytes on Linux, 104 on macOS and the BSDs. */
export const maxSocketPathBytes = 103

export interface ControlSocket {
  /** Nobody is let in any more, and no file is left that says where. */
  close(): Promise<void>
}

/** Rejects when the socket cannot be made; the app works without one. */
export async function openControlSocket(options: {
  /** The data folder: of mode 0700, and this process has the profile to itself. */
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly carryOut: (order: ControlOrder) => Promise<ControlAnswer>
  readonly clock: Clock
  /** What was refused, by code. */
  readonly count: (code: ControlCode) => void
  readonly onBug: (error: unknown) => void
}): Promise<ControlSocket> {
  const { folder, platform, clock } = options
  const secret = randomBytes(32).toString('base64url')
  const orders = createRateLimit(controlLimits.ordersPerMinute, clock)
  const closings = createRateLimit(controlLimits.closingsPerMinute, clock)
  const open = new Set<Socket>()

  async function answer(line: string): Promise<ControlAnswer> {
    const parsed = v.safeParse(ControlRequest, jsonIn(line))
    if (!parsed.success) return refuse('bad-request')
    const { secret: given, ...order } = parsed.output
    if (!isSame(given, secret)) return refuse('bad-secret')
    try {
      const limit = onlyCloses(order) ? closings : orders
      limit.count()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return refuse('rate')
    }
    try {
      return await options.carryOut(order)
    } catch (error) {
      options.onBug(error)
      return refuse('internal')
    }
  }
  function refuse(code: ControlCode): ControlAnswer {
    options.count(code)
    return { ok: false, code }
  }

  // Half open: whoever says one thing and closes their side still gets the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    // One after the other: `ptt down` and `ptt up` in one breath have to stay in their order.
    let turn = Promise.resolve()
    let lines = 0
    let stopped = false
    const say = (said: ControlAnswer) => {
      if (socket.writable) socket.write(`${JSON.stringify(said)}\n`)
    }
    const stop = (code: ControlCode) => {
      if (stopped) return
      stopped = true
      void turn.then(() => {
        say(refuse(code))
        socket.destroySoon()
      })
    }
    const reader = createLineReader(controlLimits.lineBytes, (line) => {
      lines += 1
      if (lines > controlLimits.linesPerConnection) stop('rate')
      if (!stopped) turn = turn.then(async () => say(await answer(line))).catch(options.onBug)
    })
    socket.setTimeout(controlLimits.idleMs, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      if (!stopped && !reader.take(chunk)) stop('line-too-long')
    })
    socket.on('end', () => void turn.finally(() => socket.end()))
  })
  server.maxConnections = controlLimits.connections

  const place = await listen(server, folder, platform)
  const file = join(folder, controlFile)
  const kept: ControlPlace = { v: 1, path: place.path, secret }
  try {
    await writePrivately(file, JSON.stringify(kept))
  } catch (cause) {
    server.close()
    throw cause
  }
  server.on('error', options.onBug)

  return {
    async close() {
      await rm(file, { force: true })
      for (const socket of open) socket.destroy()
      await new Promise<void>((closed) => server.close(() => closed()))
      await place.remove()
    },
  }
}

/** SECURITY: what closes a microphone or ends a call has a limit of its own, or a key that repeats could use it up. */
function onlyCloses(order: ControlOrder): boolean {
  if (order.do === 'mute') return order.to === 'on'
  if (order.do === 'ptt') return order.to === 'up'
  return order.do === 'hangup' || order.do === 'decline'
}

interface Place {
  readonly path: string
  remove(): Promise<void>
}

async function listen(server: Server, folder: string, platform: NodeJS.Platform): Promise<Place> {
  if (platform === 'win32') {
    // SECURITY: all pipes are in one place, where anybody may make one first. Nobody guesses this name; and libuv makes a pipe
    // only where there is none, so that nobody else's is taken for ours.
    const path = `\\\\.\\pipe\\earshot-${randomBytes(16).toString('hex')}`
    await listening(server, path)
    return { path, remove: async () => undefined }
  }
  const near = join(folder, 'control.sock')
  if (Buffer.byteLength(near) <= maxSocketPathBytes) {
    await removeStale(near)
    await listenPrivately(server, near)
    return { path: near, remove: async () => undefined }
  }
  // Too deep for a socket. Beside it then, in a folder that is new and this user's alone (mkdtemp makes it 0700).
  const base = process.env['XDG_RUNTIME_DIR']
  const far = await mkdtemp(join(base && Buffer.byteLength(base) < 64 ? base : tmpdir(), 'earshot-'))
  const remove = () => rm(far, { recursive: true, force: true })
  try {
    const path = join(far, 'control.sock')
    await listenPrivately(server, path)
    return { path, remove }
  } catch (cause) {
    await remove()
    throw cause
  }
}

/** SECURITY: between the socket and its mode the folder keeps everybody else out. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const { mode } = await lstat(dirname(path))
  if ((mode & 0o077) !== 0) throw new Error('the folder of the control socket is open to others')
  await listening(server, path)
  await chmod(path, 0o600)
}

/** What a process that died left behind. This one has the profile, so nobody else listens there. */
async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return
  if (!found.isSocket()) throw new Error('something that is no socket is in the place of the control socket')
  await rm(path, { force: true })
}

const listening = (server: Server, path: string) =>
  new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen({ path, readableAll: false, writableAll: false }, () => {
      server.off('error', failed)
      done()
    })
  })

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line) as unknown
  } catch {
    return undefined
  }
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
