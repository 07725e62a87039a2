// Asks STUN and TURN servers what they say, as a call would, and connects to nobody. SECURITY: only servers that are handed in,
// and nothing that they say leaves this page.
import type { IceServer } from '../../contract/link.ts'

export interface Gathered {
  readonly candidates: readonly FoundCandidate[]
  /** URLs that did not answer, or refused (W3C webrtc section 5.6.3: 701 and the codes of STUN). */
  readonly failed: readonly string[]
  /** The browser has finished; otherwise patience ran out. */
  readonly complete: boolean
}

/** What is used of RTCIceCandidate. */
export interface FoundCandidate {
  readonly type: string | null
  readonly protocol: string | null
  readonly address: string | null
  readonly port: number | null
  readonly relatedAddress: string | null
  readonly relatedPort: number | null
}

/** One that is reached by UDP, which RFC 7065 says of a `turn:` URL without a transport. */
export const hasUdpRelay = (servers: readonly IceServer[]): boolean =>
  servers.some(({ urls }) => urls.some((url) => /^turn:/i.test(url) && !/transport=tcp/i.test(url)))

/** Chromium itself gives a STUN server about ten seconds. */
export const gatherPatienceMs = 11_000

/** Resolves early when it is called off. */
export async function gather(
  iceServers: readonly IceServer[],
  { relayOnly, signal }: { readonly relayOnly: boolean; readonly signal: AbortSignal },
): Promise<Gathered> {
  const link = new RTCPeerConnection({
    iceServers: iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
    iceTransportPolicy: relayOnly ? 'relay' : 'all',
  })
  const candidates: FoundCandidate[] = []
  const failed = new Set<string>()
  let complete = false
  const over = Promise.withResolvers<null>()
  const timer = setTimeout(() => over.resolve(null), gatherPatienceMs)
  const stop = (): void => over.resolve(null)
  signal.addEventListener('abort', stop)
  link.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate?.candidate) candidates.push(candidate)
  })
  link.addEventListener('icecandidateerror', ({ url }) => void failed.add(url))
  link.addEventListener('icegatheringstatechange', () => {
    if (link.iceGatheringState !== 'complete') return
    complete = true
    over.resolve(null)
  })
  try {
    link.createDataChannel('check')
    await link.setLocalDescription()
    await over.promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    link.close()
  }
  return { candidates, failed: [...failed], complete }
}
