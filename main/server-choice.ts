// Where this person can be reached: nowhere yet, a server hosted here, or somebody's. Turns the choice into a
// connection and keeps a new choice only when it works.
import { PhoneError, type ErrorCode } from '../contract/errors.ts'
import type { ServerView } from '../contract/ipc.ts'
import type { Settings } from '../contract/settings.ts'
import type { HostingView } from './embedded-server.ts'
import { parseServerUrl } from './server-url.ts'

/** The connection to my server, as far as it is chosen and shown here. */
export interface ServerConnection {
  state(): Pick<ServerView, 'state' | 'code'>
  /**
   * Leaves the server it has and goes to this one, again and again until told otherwise; null goes nowhere. From
   * this moment `state` speaks of the new one. `channelBinding`: the login is tied to the TLS connection.
   */
  connect(url: string | null, channelBinding?: boolean): void
  /** Tries at once instead of at the next turn. */
  retry(): void
  onChange(listener: () => void): () => void
}

export interface ServerChoice {
  view(): ServerView
  /** Goes where the settings say. Called once there is an identity. */
  resume(): Promise<void>
  /** Codes: `server-url-invalid`, `server-insecure`, and those of a connection that fails. */
  use(url: string, channelBinding: boolean): Promise<void>
  /** Codes: `server-failed`, and those of a connection that fails. */
  host(): Promise<void>
  retry(): Promise<void>
  onChange(listener: () => void): () => void
}

/** Where to be reached, and how to log in there. */
interface Place {
  readonly url: string | null
  readonly channelBinding: boolean
}
const nowhere: Place = { url: null, channelBinding: false }
const plainly = (url: string): Place => ({ url, channelBinding: false })

export function createServerChoice(options: {
  connection: ServerConnection
  embedded: { start(): Promise<string>; view(): HostingView; onChange(listener: () => void): () => void }
  settings: { get(): Settings; change(part: Partial<Settings>): void }
  /** Resolves when a server has had long enough to answer. */
  patience: () => Promise<void>
}): ServerChoice {
  const { connection, embedded, settings } = options
  let place: Place = nowhere

  const goTo = (next: Place) => {
    place = next
    connection.connect(next.url, next.channelBinding)
  }

  /** Where the settings say; starts the server of this computer when that is it. */
  const chosen = async (): Promise<Place> => {
    const { server } = settings.get()
    if (server.kind === 'remote') return { url: server.url, channelBinding: server.channelBinding }
    return server.kind === 'hosted' ? plainly(await embedded.start()) : nowhere
  }

  /** Tries a server and keeps the choice once logged in. Otherwise everything is as before. */
  const adopt = async (next: Place, server: Settings['server']) => {
    const before = place
    goTo(next)
    const refused = await outcome(connection, options.patience())
    if (refused === null) return settings.change({ server })
    goTo(before)
    throw new PhoneError(refused)
  }

  return {
    view() {
      const hosting = embedded.view()
      const now = connection.state()
      if (now.state !== 'none' || settings.get().server.kind === 'none')
        return { ...place, ...now, ...hosting }
      // A server that was chosen and not yet approached is not the same as none: nobody is to be asked again.
      return hosting.hosting === 'failed'
        ? { ...place, state: 'offline', code: 'server-unreachable', ...hosting }
        : { ...place, state: 'connecting', code: null, ...hosting }
    },
    async resume() {
      goTo(await chosen())
    },
    use: async (text, channelBinding) => {
      const next = { url: parseServerUrl(text), channelBinding }
      await adopt(next, { kind: 'remote', ...next })
    },
    host: async () => adopt(plainly(await embedded.start()), { kind: 'hosted' }),
    async retry() {
      const wanted = await chosen()
      // The server of this computer may have come back on another port, or in another app.
      if (wanted.url === place.url) connection.retry()
      else goTo(wanted)
    },
    onChange(listener) {
      const stops = [connection.onChange(listener), embedded.onChange(listener)]
      return () => stops.forEach((stop) => stop())
    },
  }
}

/** Null once online; the code once it is known why not. */
async function outcome(connection: ServerConnection, patience: Promise<void>): Promise<ErrorCode | null> {
  const known = (): ErrorCode | 'online' | null => {
    const { state, code } = connection.state()
    return state === 'online' ? 'online' : state === 'offline' ? (code ?? 'server-unreachable') : null
  }
  let stop = () => undefined as unknown
  const settled = new Promise<ErrorCode | 'online'>((resolve) => {
    const look = () => {
      const result = known()
      if (result !== null) resolve(result)
    }
    stop = connection.onChange(look)
    look()
  })
  const result = await Promise.race([settled, patience.then(() => 'server-unreachable' as const)])
  stop()
  return result === 'online' ? null : result
}
