// Closes what has certain names at a running coturn, by its command line interface on this computer. Signaling never
// waits for it: what it is told is queued, and what it cannot do is counted.
import { connect, type Socket } from 'node:net'

export interface CoturnCliOptions {
  readonly host: string
  readonly port: number
  readonly password: string
  /** For each step of a conversation. */
  readonly patienceMs?: number
  /** Before a name is tried again. */
  readonly againMs?: number
}

export interface CoturnCli {
  /** Names are what follows the colon of a username. Returns at once. */
  close(names: readonly string[]): void
  counts(): {
    /** Sessions that coturn was told to close. */
    readonly closed: number
    /** Conversations that failed. */
    readonly failed: number
    /** Names that were given up. */
    readonly dropped: number
    readonly waiting: number
  }
  /** Forgets what waits. */
  stop(): void
}

const MAX_WAITING = 4096
const NAMES_PER_VISIT = 64
const ATTEMPTS = 3
/** A line for each of some 300 sessions would be less; more than this is not coturn. */
const MAX_ANSWER = 1024 * 1024
const PROMPT = /(?:^|\n)> $/
const PASSWORD_PROMPT = /Enter password: \r?\n?$/

export function createCoturnCli(options: CoturnCliOptions): CoturnCli {
  const { patienceMs = 2_000, againMs = 1_000 } = options
  /** Names and how often each was tried, oldest first. */
  const waiting = new Map<string, number>()
  const counts = { closed: 0, failed: 0, dropped: 0 }
  let visiting: AbortController | null = null
  let again: NodeJS.Timeout | null = null
  let stopped = false

  function work(): void {
    if (stopped || visiting !== null || again !== null || waiting.size === 0) return
    const visit = new AbortController()
    visiting = visit
    const names = [...waiting].slice(0, NAMES_PER_VISIT)
    for (const [name] of names) waiting.delete(name)
    const done = new Set<string>()
    void visitCli(
      { ...options, patienceMs, signal: visit.signal },
      names.map(([name]) => name),
      {
        closed: (sessions) => (counts.closed += sessions),
        done: (name) => done.add(name),
      },
    )
      .catch(() => {
        counts.failed += 1
        for (const [name, attempts] of names) if (!done.has(name)) keep(name, attempts + 1)
        if (waiting.size === 0 || stopped) return
        again = setTimeout(() => {
          again = null
          work()
        }, againMs)
      })
      .finally(() => {
        visiting = null
        work()
      })
  }

  function keep(name: string, attempts: number): void {
    if (attempts < ATTEMPTS && (waiting.has(name) || waiting.size < MAX_WAITING)) waiting.set(name, attempts)
    else counts.dropped += 1
  }

  return {
    close(names) {
      for (const name of names) {
        // SECURITY: a name becomes part of a command.
        if (/^[a-z2-7]{16}$/.test(name)) keep(name, 0)
      }
      work()
    },
    counts: () => ({ ...counts, waiting: waiting.size }),
    stop() {
      stopped = true
      waiting.clear()
      if (again !== null) clearTimeout(again)
      visiting?.abort()
    },
  }
}

/** Logs in, and for each name lists its sessions (`psp`) and closes them (`cs`). */
async function visitCli(
  options: CoturnCliOptions & { readonly patienceMs: number; readonly signal: AbortSignal },
  names: readonly string[],
  tell: { closed(sessions: number): void; done(name: string): void },
): Promise<void> {
  const socket = connect({ host: options.host, port: options.port, signal: options.signal })
  try {
    const talk = conversation(socket, options.patienceMs)
    await talk.until(PASSWORD_PROMPT)
    await talk.ask(options.password)
    for (const name of names) {
      const list = await talk.ask(`psp ${name}`)
      const sessions = [...list.matchAll(/id=(\d+), user <\d+:([a-z2-7]+)>/g)]
        .filter(([, , user]) => user === name)
        .map(([, id]) => id)
      for (const session of sessions) await talk.ask(`cs ${session}`)
      tell.closed(sessions.length)
      tell.done(name)
    }
  } finally {
    socket.destroy()
  }
}

function conversation(socket: Socket, patienceMs: number) {
  let heard = ''
  let ended: Error | null = null
  let check = () => {}
  const end = (cause: Error) => {
    ended ??= cause
    check()
  }
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
    if (heard.length > MAX_ANSWER) end(new Error('the relay’s CLI says too much'))
    else check()
  })
  socket.on('error', end)
  socket.on('close', () => end(new Error('the relay’s CLI hung up')))

  /** What was said until the pattern ends it. */
  function until(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => end(new Error('the relay’s CLI does not answer')), patienceMs)
      check = () => {
        if (ended === null && !pattern.test(heard)) return
        clearTimeout(patience)
        check = () => {}
        const said = heard
        heard = ''
        if (ended === null) resolve(said)
        else reject(ended)
      }
      check()
    })
  }
  return {
    until,
    ask(line: string) {
      // A second prompt for the password is a refusal, and ends as an answer that never comes would.
      socket.write(`${line}\r\n`)
      return until(PROMPT)
    },
  }
}
