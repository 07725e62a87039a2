// What the app says of itself on its error output: what happened, by code and count. Takes no free text.

export interface Log {
  note(event: LogEvent, fields?: Readonly<Record<string, string | number>>): void
}

type LogEvent = 'started' | 'refused' | 'set-aside' | 'page-gone' | 'crypto-fault' | 'bug'

/**
 * One JSON object a line.
 *
 * SECURITY: a log is copied into reports, so it holds nobody's address, name, key or description of a session
 * (E25). A value that is not a number or a short code is left out, whoever passes it: an address has 56 letters.
 */
export function createLog(write: (line: string) => void): Log {
  return {
    note(event, fields = {}) {
      const kept = Object.entries(fields).filter(([, value]) => typeof value === 'number' || CODE.test(value))
      write(`${JSON.stringify({ event, ...Object.fromEntries(kept) })}\n`)
    },
  }
}

const CODE = /^[a-zA-Z][a-zA-Z0-9-]{0,31}$/

/** The kind of an error and where it happened in our own files. Its message may quote what it was about. */
export function traceOf(error: unknown): Record<string, string | number> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const [, file = '', line = ''] = /([\w-]+)\.(?:ts|js):(\d+):\d+\)?$/m.exec(error.stack ?? '') ?? []
  return { kind: error.name, file, line: Number(line) }
}
