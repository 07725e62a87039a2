// How two ends of a bare call reach each other: inside one page, or over a server that passes everything on.
import { io } from 'socket.io-client'

export interface Signals {
  send(said: unknown): void
  listen(listener: (said: unknown) => void): void
}

/** Both ends in one page. What is said before somebody listens waits. */
export function inOnePage(): readonly [Signals, Signals] {
  const listeners: ((said: unknown) => void)[] = []
  const early: unknown[][] = [[], []]
  const end = (own: number): Signals => ({
    send: (said) => (listeners[1 - own] ? listeners[1 - own]?.(said) : early[1 - own]?.push(said)),
    listen(listener) {
      listeners[own] = listener
      for (const said of early[own]?.splice(0) ?? []) listener(said)
    },
  })
  return [end(0), end(1)]
}

export interface Line extends Signals {
  /** Resolves once the server is reached. */
  readonly ready: Promise<void>
  /** Listens to nobody until there is a next call. */
  end(): void
}

/** Everybody at this server hears everybody else. */
export function overServer(url: string): Line {
  const socket = io(url, { transports: ['websocket'] })
  const ready = new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  const early: unknown[] = []
  let listener: ((said: unknown) => void) | null = null
  socket.on('said', (said: unknown) => (listener ? listener(said) : early.push(said)))
  return {
    ready,
    send: (said) => void socket.emit('said', said),
    listen(next) {
      listener = next
      for (const said of early.splice(0)) next(said)
    },
    end() {
      listener = null
      early.length = 0
    },
  }
}

declare global {
  interface Window {
    /** Whoever drives both pages hands it to the other one. */
    handOver(said: unknown): Promise<void>
  }
}

export interface Hand extends Line {
  /** What was handed over from the other page. */
  take(said: unknown): void
}

/** By the hand of whoever drives both pages: nothing that happens to the network holds it up. */
export function byHand(): Hand {
  const early: unknown[] = []
  let listener: ((said: unknown) => void) | null = null
  return {
    ready: Promise.resolve(),
    send: (said) => void window.handOver(said),
    listen(next) {
      listener = next
      for (const said of early.splice(0)) next(said)
    },
    take: (said) => (listener ? listener(said) : early.push(said)),
    end() {
      listener = null
      early.length = 0
    },
  }
}
