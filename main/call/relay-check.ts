// Asks a server for its relays as a call would, for a check that calls nobody. SECURITY: over a connection of its own, which says
// as little of who asks as that of a call.
import type { IceServer } from '../../contract/link.ts'
import { base64url, type Rng } from '../../sp1/encode.ts'
import type { Drop } from '../signaling/drop.ts'
import { serversOf } from './relay-servers.ts'

const handleBytes = 16

/** Empty where the server has none, or names none that may be used. Rejects when it does not answer. */
export async function relaysOf(
  drop: Pick<Drop, 'openReply' | 'relay' | 'close'>,
  rng: Rng,
  serverHost: string,
): Promise<readonly IceServer[]> {
  try {
    await drop.openReply(base64url(rng(handleBytes)), () => undefined)
    const access = await drop.relay()
    return access === null ? [] : serversOf(access, serverHost).servers
  } finally {
    drop.close()
  }
}
