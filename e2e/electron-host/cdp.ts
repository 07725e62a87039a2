// Owns the DevTools protocol over Chromium's private pipe (file descriptors 3 and 4). Knows nothing of pages or windows.
import { EventEmitter } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { CDPSession } from '@playwright/test'

/** Commands and events of the browser or of one page, with the protocol's own types (Playwright ships them). */
export type CdpSession = Pick<CDPSession, 'send' | 'on' | 'off'>

export interface Cdp {
  /** Commands to the browser itself. */
  readonly browser: CdpSession
  /** Commands to one attached target. */
  session(sessionId: string): CdpSession
  readonly closed: boolean
  /** Settles once the pipe has closed, which is when Chromium is gone. */
  readonly whenClosed: Promise<void>
}

interface Pending {
  method: string
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}
interface Incoming {
  id?: number
  method?: string
  sessionId?: string
  params?: unknown
  result?: unknown
  error?: { message: string }
}

export function connectCdp(chromium: ChildProcess): Cdp {
  const toChromium = chromium.stdio[3] as Writable
  const fromChromium = chromium.stdio[4] as Readable
  const pending = new Map<number, Pending>()
  const emitters = new Map<string, EventEmitter>()
  let lastId = 0
  let closed = false
  let settleClosed: () => void
  const whenClosed = new Promise<void>((resolve) => (settleClosed = resolve))

  function close(): void {
    if (closed) return
    closed = true
    for (const { method, reject } of pending.values()) reject(new Error(`${method}: Chromium is gone`))
    pending.clear()
    settleClosed()
  }

  function receive(message: Incoming): void {
    if (message.id === undefined) {
      emitters.get(message.sessionId ?? '')?.emit(message.method ?? '', message.params)
      return
    }
    const answered = pending.get(message.id)
    pending.delete(message.id)
    if (message.error) answered?.reject(new Error(`${answered.method}: ${message.error.message}`))
    else answered?.resolve(message.result)
  }

  let unfinished: Buffer[] = []
  fromChromium.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      unfinished.push(chunk.subarray(start, end))
      start = end + 1
      const text = Buffer.concat(unfinished).toString('utf8')
      unfinished = []
      receive(JSON.parse(text) as Incoming)
    }
    if (start < chunk.length) unfinished.push(chunk.subarray(start))
  })
  toChromium.on('error', close)
  fromChromium.on('close', close)
  chromium.on('exit', close)

  function session(sessionId?: string): CdpSession {
    const emitter = new EventEmitter().setMaxListeners(0)
    emitters.set(sessionId ?? '', emitter)
    const send = (method: string, params: unknown = {}): Promise<unknown> =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error(`${method}: Chromium is gone`))
        const id = ++lastId
        pending.set(id, { method, resolve, reject })
        toChromium.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      })
    return Object.assign(emitter, { send }) as unknown as CdpSession
  }

  const browser = session()
  return {
    browser,
    session,
    whenClosed,
    get closed() {
      return closed
    },
  }
}
