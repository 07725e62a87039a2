// The signaling server on this computer: a process of its own, on loopback. Starts it, finds one that is already
// there, and says how it is. Does not know who uses it.
import * as v from 'valibot'
import { PhoneError } from '../contract/errors.ts'
import { createListeners } from './listeners.ts'

/** What the process says on its port to us. */
const Report = v.variant('type', [
  v.strictObject({ type: v.literal('listening'), url: v.pipe(v.string(), v.maxLength(512)) }),
  v.strictObject({ type: v.literal('failed'), code: v.picklist(['port-in-use', 'server-failed']) }),
  v.strictObject({ type: v.literal('clients'), count: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
])
type Report = v.InferOutput<typeof Report>

/** The part of Electron's UtilityProcess that is used. */
export interface ServerProcess {
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  postMessage(message: { readonly type: 'stop' }): void
}

export interface HostingView {
  readonly hosting: 'off' | 'starting' | 'on' | 'failed'
  /** Others who are logged in at the server hosted here. */
  readonly guests: number
}

export interface EmbeddedServer {
  /**
   * The URL of a server on this computer: ours, or that of another Earshot on the usual port. Rejects with
   * `PhoneError('server-failed')` when neither can be had. Calls while it starts share one answer.
   */
  start(): Promise<string>
  stop(): void
  view(): HostingView
  onChange(listener: () => void): () => void
}

/** 7117, unless somebody else's program sits there; then any free port. */
const USUAL_PORT = 7117
const FREE_PORT = 0

export function createEmbeddedServer(options: {
  /** Starts the server's file with `--host 127.0.0.1 --port <port>`. */
  fork: (port: number) => ServerProcess
  /** Whether an Earshot server answers at this URL. */
  isEarshot: (url: string) => Promise<boolean>
}): EmbeddedServer {
  const usualUrl = `http://127.0.0.1:${USUAL_PORT}`
  const listeners = createListeners()
  let view: HostingView = { hosting: 'off', guests: 0 }
  let running: { readonly child: ServerProcess; readonly url: string } | null = null
  let starting: Promise<string> | null = null

  const become = (next: HostingView) => {
    view = next
    listeners.tell()
  }

  /** Resolves with the URL, or with why there is none. */
  const launch = (port: number) =>
    new Promise<string | { readonly code: 'port-in-use' | 'server-failed' }>((resolve) => {
      const child = options.fork(port)
      child.on('message', (message) => {
        const report = v.safeParse(Report, message)
        if (report.success) heard(child, report.output, resolve)
      })
      child.on('exit', () => {
        resolve({ code: 'server-failed' })
        if (running?.child !== child) return
        running = null
        become({ hosting: 'failed', guests: 0 })
      })
    })

  const heard = (
    child: ServerProcess,
    report: Report,
    resolve: (outcome: string | { readonly code: 'port-in-use' | 'server-failed' }) => void,
  ) => {
    switch (report.type) {
      case 'listening':
        running = { child, url: report.url }
        become({ hosting: 'on', guests: 0 })
        return resolve(report.url)
      case 'failed':
        return resolve({ code: report.code })
      case 'clients':
        // One of them is this app.
        if (running?.child === child) become({ hosting: 'on', guests: Math.max(0, report.count - 1) })
    }
  }

  const find = async (): Promise<string> => {
    if (running) return running.url
    if (await options.isEarshot(usualUrl)) {
      become({ hosting: 'off', guests: 0 })
      return usualUrl
    }
    become({ hosting: 'starting', guests: 0 })
    const usual = await launch(USUAL_PORT)
    if (typeof usual === 'string') return usual
    if (usual.code === 'port-in-use') {
      // Two apps started together: the other one was faster.
      if (await options.isEarshot(usualUrl)) {
        become({ hosting: 'off', guests: 0 })
        return usualUrl
      }
      const free = await launch(FREE_PORT)
      if (typeof free === 'string') return free
    }
    become({ hosting: 'failed', guests: 0 })
    throw new PhoneError('server-failed')
  }

  return {
    start() {
      starting ??= find().finally(() => {
        starting = null
      })
      return starting
    },
    stop() {
      const stopped = running
      running = null
      stopped?.child.postMessage({ type: 'stop' })
      become({ hosting: 'off', guests: 0 })
    },
    view: () => view,
    onChange: listeners.onChange,
  }
}

const Health = v.looseObject({ earshot: v.literal(true), origin: v.string() })

/** Asks `/healthz`. A server that wants to be reached under another name is not taken for ours. */
export async function isEarshotAt(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/healthz`, { redirect: 'error', signal: AbortSignal.timeout(1_500) })
    const health = v.safeParse(Health, await answer.json())
    return health.success && health.output.origin === url
  } catch {
    return false
  }
}
