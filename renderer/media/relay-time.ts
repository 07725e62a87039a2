// How long a packet takes to a relay and back: two connections of this page that meet at it. Reaches nobody but the relay.
import type { IceServer } from '../../contract/link.ts'

const patienceMs = 10_000
const pings = 5

/** Milliseconds; null when there is no way through the relay. Never rejects. */
export async function relayTime(
  iceServers: readonly IceServer[],
  signal: AbortSignal,
): Promise<number | null> {
  const config: RTCConfiguration = {
    iceServers: iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
    // SECURITY: not past it, or what was measured would be this computer.
    iceTransportPolicy: 'relay',
  }
  const [one, other] = [new RTCPeerConnection(config), new RTCPeerConnection(config)]
  const gaveUp = Promise.withResolvers<null>()
  const giveUp = (): void => gaveUp.resolve(null)
  const timer = setTimeout(giveUp, patienceMs)
  signal.addEventListener('abort', giveUp)
  try {
    return await Promise.race([measured(one, other), gaveUp.promise])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
    one.close()
    other.close()
  }
}

async function measured(one: RTCPeerConnection, other: RTCPeerConnection): Promise<number> {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    from.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate) void to.addIceCandidate(candidate).catch(() => undefined)
    })
  const channel = one.createDataChannel('check')
  other.addEventListener('datachannel', ({ channel: back }) =>
    back.addEventListener('message', ({ data }) => back.send(data as string)),
  )
  const open = new Promise((resolve) => channel.addEventListener('open', resolve, { once: true }))
  await one.setLocalDescription()
  await other.setRemoteDescription(one.localDescription as RTCSessionDescription)
  await other.setLocalDescription()
  await one.setRemoteDescription(other.localDescription as RTCSessionDescription)
  await open
  const times: number[] = []
  for (let n = 0; n < pings; n++) {
    const sentMs = performance.now()
    const back = new Promise((resolve) => channel.addEventListener('message', resolve, { once: true }))
    channel.send(String(n))
    await back
    times.push(performance.now() - sentMs)
  }
  // There and back is twice to the relay and twice from it.
  return Math.round(Math.min(...times) / 2)
}
