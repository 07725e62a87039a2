// The call that a person is most likely about to make: got ready under the id that it will have, and given up after a while.
// Knows neither servers nor links.
import type { Address, CallId } from '../../contract/ids.ts'
import type { Clock } from '../clock.ts'

/**
 * From typing an address to the click that calls, in milliseconds. SECURITY: what was made tells the peer how old it is, so that
 * nothing makes this longer.
 */
export const staysWarmMs = 30_000
/** What has not answered by then, or may have died since, in milliseconds. */
const freshMs = 2_000

export interface WarmCall {
  /** In the place of whoever was expected before. */
  expect(peer: Address): void
  /** The id of the call with this person that is ready; null where none is. It is the caller's to close from now on. */
  take(peer: Address): CallId | null
  isAbout(callId: CallId): boolean
  /** Nobody is expected any more. */
  end(): void
}

interface Expected {
  readonly peer: Address
  readonly callId: CallId
  readonly server: string | null
  readonly sinceMs: number
  isReady: boolean
}

export function createWarmCall(parts: {
  readonly clock: Clock
  readonly newId: () => CallId
  /** Resolves false where there is nothing to be ready for: a call asks for it anew. */
  readonly open: (callId: CallId, peer: Address) => Promise<boolean>
  readonly close: (callId: CallId) => void
  /** What was opened a while ago is about to be used. */
  readonly check: (callId: CallId) => void
  /** Which server leads to this person now. */
  readonly serverTo: (peer: Address) => string | null
}): WarmCall {
  const { clock } = parts
  let warm: Expected | null = null
  let callOff = () => {}

  function end(): void {
    callOff()
    const ended = warm
    warm = null
    if (ended) parts.close(ended.callId)
  }

  async function open(peer: Address): Promise<void> {
    const expected: Expected = {
      peer,
      callId: parts.newId(),
      server: parts.serverTo(peer),
      sinceMs: clock.now(),
      isReady: false,
    }
    warm = expected
    callOff = clock.after(staysWarmMs, end)
    expected.isReady = await parts.open(expected.callId, peer)
    if (!expected.isReady && warm === expected) end()
  }

  const isFor = (peer: Address, { peer: expected, server }: Expected) =>
    expected === peer && server === parts.serverTo(peer)
  const isYounger = ({ sinceMs }: Expected, ms: number) => Math.abs(clock.now() - sinceMs) <= ms
  /** Timers stand still in a computer that sleeps. */
  const isStill = (peer: Address, expected: Expected) =>
    isFor(peer, expected) && isYounger(expected, staysWarmMs)

  return {
    expect(peer) {
      if (warm && isStill(peer, warm)) return
      end()
      void open(peer)
    },
    take(peer) {
      const isUsable = warm && isStill(peer, warm) && (warm.isReady || isYounger(warm, freshMs))
      const taken = isUsable ? warm : null
      if (taken) warm = null
      end()
      if (taken && !isYounger(taken, freshMs)) parts.check(taken.callId)
      return taken?.callId ?? null
    },
    isAbout: (callId) => warm?.callId === callId,
    end,
  }
}
