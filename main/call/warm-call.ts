// The call that a person is most likely about to make: got ready under the id that it will have, and given up after a while.
// Knows neither servers nor links.
import type { Address, CallId } from '../../contract/ids.ts'
import type { Clock } from '../clock.ts'

/** From typing an address to the click that calls. In milliseconds. */
export const staysWarmMs = 30_000

export interface WarmCall {
  /** In the place of whoever was expected before. */
  expect(peer: Address): void
  /** The id of the call with this person that is ready; null where none is. It is the caller's to close from now on. */
  take(peer: Address): CallId | null
  isAbout(callId: CallId): boolean
  end(): void
}

export function createWarmCall(parts: {
  readonly clock: Pick<Clock, 'after'>
  readonly newId: () => CallId
  /** Resolves false where there is nothing to be ready for: it is asked for anew once somebody calls. May throw the same. */
  readonly open: (callId: CallId, peer: Address) => Promise<boolean>
  readonly close: (callId: CallId) => void
  /** Which server leads to this person now. */
  readonly serverTo: (peer: Address) => string | null
}): WarmCall {
  let warm: { readonly peer: Address; readonly callId: CallId; readonly server: string | null } | null = null
  let callOff = () => {}

  function end(): void {
    callOff()
    const ended = warm
    warm = null
    if (ended) parts.close(ended.callId)
  }

  async function open(peer: Address): Promise<void> {
    const callId = parts.newId()
    warm = { peer, callId, server: parts.serverTo(peer) }
    const isReady = await parts.open(callId, peer)
    if (!isReady && warm?.callId === callId) end()
  }

  const isFor = (peer: Address) => warm?.peer === peer && warm.server === parts.serverTo(peer)

  return {
    expect(peer) {
      if (!isFor(peer)) {
        end()
        void open(peer).catch(end)
      }
      callOff()
      callOff = parts.clock.after(staysWarmMs, end)
    },
    take(peer) {
      const taken = isFor(peer) ? warm : null
      if (taken) warm = null
      end()
      return taken?.callId ?? null
    },
    isAbout: (callId) => warm?.callId === callId,
    end,
  }
}
