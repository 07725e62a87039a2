// The calls a callee has seen, so that a repeated M1 does not ring twice (SP1 section 4). Kept in memory only: a
// repeat after a restart rings, but cannot be completed.
import { base64url } from './encode.ts'

/** M1 is accepted from 300 s before to 300 s after its time, so a repeat can come 600 s after the first. */
const REMEMBERED_MS = 600_000

export type SeenCalls = {
  /** Remembers the call; false if it was known. A host may also remember a call whose cancel came first. */
  remember(callerKey: Uint8Array, callId: Uint8Array, nowMs: number): boolean
}

export function createSeenCalls(): SeenCalls {
  const seenAtMs = new Map<string, number>()

  function remember(callerKey: Uint8Array, callId: Uint8Array, nowMs: number): boolean {
    for (const [call, atMs] of seenAtMs) if (nowMs - atMs > REMEMBERED_MS) seenAtMs.delete(call)
    const call = `${base64url(callerKey)} ${base64url(callId)}`
    if (seenAtMs.has(call)) return false
    seenAtMs.set(call, nowMs)
    return true
  }

  return { remember }
}
