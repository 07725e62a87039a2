// One WebRTC connection to one peer. The only file that knows simple-peer and its insides. Knows no call, no device
// and no protocol: it carries signals, text frames and tracks.
import SimplePeer from 'simple-peer'
import { maxFrameLength } from '../../contract/link.ts'
import type { Candidate, FrameKind, IceServer, LinkMeasured, LinkSignal } from '../../contract/link.ts'
import { chatChannelId } from './chat-channel.ts'
import { fingerprintOfCertificate, ownFingerprint } from './fingerprint.ts'
import { createFixedTransceivers } from './fixed-transceivers.ts'
import type { OutgoingTracks } from './fixed-transceivers.ts'
import { failClosed } from './frame-layer.ts'
import type { FrameAttach } from './frame-layer.ts'
import { createLocalCandidates } from './local-candidates.ts'
import type { Bounds } from './picture-quality.ts'
import { shapeSdp, withoutCandidates } from './sdp-shape.ts'

// SECURITY: the library's default is Google's and Twilio's STUN, which would learn who calls when.
SimplePeer.config = { iceServers: [] }

const maxPendingCandidates = 80
/** What proves the certificates, and little besides. */
const maxWaitingFrames = 4

export type LinkConnection = LinkMeasured['connection']

export interface PeerLinkOptions {
  readonly initiator: boolean
  readonly certificate: RTCCertificate
  readonly iceServers: readonly IceServer[]
  /** Only candidates of a relay: neither person learns the other's address. */
  readonly relayOnly: boolean
  /** Encrypts what leaves and arrives. SECURITY: what it is not attached to sends and plays nothing. */
  readonly frames: FrameAttach
  /** The channel of the chat, beside the one for frames: the same at both ends. SECURITY: not bound yet. */
  readonly onChat?: (channel: RTCDataChannel) => void
  readonly onSignal: (signal: LinkSignal) => void
  readonly onFrame: (text: string) => void
  /** The transport is secured; these are the certificates it used, `sha-256 AA:BB…`. Before any frame. */
  readonly onOpen: (fingerprints: { readonly own: string; readonly seen: string }) => void
  readonly onRemoteTrack: (track: MediaStreamTrack, kind: FrameKind) => void
  readonly onConnection: (connection: LinkConnection) => void
  /** The link is gone and does not come back. Not called after `destroy`. */
  readonly onFailed: () => void
}

export interface PeerLink {
  /**
   * Takes anything. What is no signal or does not fit the moment is dropped and counted. A description the stack
   * cannot read ends a link that is not open yet, and is dropped by one that is.
   */
  signal(signal: LinkSignal): void
  droppedSignals(): number
  /**
   * Looks for another path with these servers, under the same certificate (SP1 section 5). Whoever did not offer only
   * notes the servers and has to ask the other side. While an offer waits for its answer, once more after that.
   */
  restart(iceServers: readonly IceServer[]): void
  /** False when the text is too long or there is no channel. What comes before it is open waits for it, a little of it. */
  send(text: string): boolean
  setTracks(tracks: OutgoingTracks): Promise<void>
  /** How large and how often pictures leave from now on; may be said again and again. */
  bound(bounds: Bounds): void
  /** Of the line for screens, as the statistics name it. */
  screenMid(): string | null
  /** Null when there is no connection any more. */
  stats(): Promise<RTCStatsReport | null>
  gathering(): RTCIceGatheringState
  destroy(): void
}

/** What this file uses of the insides of simple-peer 9.11.1, which has no hooks for it. */
interface Insides {
  readonly _pc: RTCPeerConnection | null | undefined
  readonly _channel: RTCDataChannel | null
  readonly _pendingCandidates: readonly unknown[]
  destroy(error?: Error & { readonly code?: string }): void
  _setupData(event: { channel: RTCDataChannel }): void
  _createAnswer(): void
  _addIceCandidate(candidate: RTCIceCandidateInit): void
  _onIceStateChange(): void
  _onConnectionStateChange(): void
  negotiate(): void
  _onChannelOpen(): void
  _onChannelMessage(event: MessageEvent<unknown>): void
  _onTrack(event: RTCTrackEvent): void
}

const connections: Partial<Record<RTCPeerConnectionState, LinkConnection>> = {
  new: 'connecting',
  connecting: 'connecting',
  connected: 'connected',
  disconnected: 'interrupted',
  failed: 'failed',
}

export function createPeerLink(options: PeerLinkOptions): PeerLink {
  const { initiator, certificate, onSignal, onFrame, onOpen, onConnection } = options
  /** Its own addresses a computer knows at once. */
  const gathersEarly = !initiator && options.iceServers.length > 0
  /** SECURITY: in a live connection nothing but the servers may change, and the certificate least of all. */
  const configWith = (iceServers: readonly IceServer[]): RTCConfiguration => ({
    iceServers: iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
    iceTransportPolicy: options.relayOnly ? 'relay' : 'all',
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
    certificates: [certificate],
    // Whoever answers looks for its candidates while the offer is still on its way; see `takeFromPool`.
    iceCandidatePoolSize: gathersEarly ? 1 : 0,
    ...failClosed,
  })
  const peer = new SimplePeer({
    initiator,
    trickle: true,
    sdpTransform: shapeSdp,
    config: configWith(options.iceServers),
  }) as SimplePeer.Instance & Insides
  const pc = peer._pc
  const candidates = createLocalCandidates(onSignal)
  const transceivers = pc ? createFixedTransceivers(pc, options.frames) : null
  let ended = false
  let dropped = 0
  /** Settles after `onOpen`, so that no frame overtakes it; null before the transport is secured. */
  let opened: Promise<void> | null = null
  /** Said before the channel carried anything. */
  let waiting: string[] = []
  let carries = false
  let behindSignaling: Promise<void> | undefined

  function end(): void {
    ended = true
    waiting = []
    candidates.stop()
  }

  peer.on('error', fail)
  peer.on('close', fail)
  function fail(): void {
    if (ended) return
    end()
    options.onFailed()
  }

  // Requests of the other kinds would add media lines or offers that the call has no use for.
  peer.on('signal', (signal: Record<string, unknown>) => {
    if (ended) return
    const { type } = signal
    if (type === 'candidate') candidates.add(signal['candidate'] as Candidate)
    else if (type === 'offer' || type === 'answer') {
      onSignal({ type, sdp: withoutCandidates(String(signal['sdp'])) })
    }
  })

  const remoteCertificate = () => pc?.sctp?.transport.getRemoteCertificates()[0]

  async function reportOpen(): Promise<void> {
    const remote = remoteCertificate()
    if (!remote) return fail()
    const seen = await fingerprintOfCertificate(remote)
    if (!ended) onOpen({ own: ownFingerprint(certificate), seen })
  }

  const { _createAnswer, _setupData, destroy } = peer
  const overrides: Partial<Insides> = {
    destroy(error) {
      if (error?.code === 'ERR_SET_REMOTE_DESCRIPTION' && peer._channel?.readyState === 'open') dropped++
      else destroy.call(peer, error)
    },
    _createAnswer() {
      if (ended) return
      try {
        transceivers?.adopt()
        _createAnswer.call(peer)
      } catch {
        peer.destroy()
      }
    },
    // A peer may open as many channels as it likes; the call has one.
    _setupData(event) {
      if (peer._channel) event.channel.close()
      else _setupData.call(peer, event)
    },
    _addIceCandidate(candidate) {
      pc?.addIceCandidate(candidate).catch(() => dropped++)
    },
    // The library destroys what has failed. Networks come back; how long to wait is main's to decide.
    _onIceStateChange() {},
    _onConnectionStateChange() {
      const connection = pc && connections[pc.connectionState]
      if (!connection || ended) return
      // The channel opens later, and the proof need not wait for that to be made. Chromium may be connected a moment before
      // it tells with whom; then the channel is waited for.
      if (connection === 'connected' && remoteCertificate()) opened ??= reportOpen()
      onConnection(connection)
    },
    _onChannelOpen() {
      if (ended) return
      opened ??= reportOpen()
      carryOnceOpen()
    },
    _onChannelMessage({ data }) {
      if (typeof data !== 'string' || data.length > maxFrameLength) return
      opened ??= reportOpen()
      carryOnceOpen()
      void opened.then(() => {
        if (!ended) onFrame(data)
      })
    },
    _onTrack({ track, transceiver }) {
      if (ended) return
      const kind = transceivers?.meet(transceiver)
      if (kind) options.onRemoteTrack(track, kind)
    },
  }
  Object.assign(peer, overrides)
  if (gathersEarly && pc) takeFromPool(pc)
  // Before there is a description, so that it is in the first one.
  if (pc) options.onChat?.(pc.createDataChannel('chat', { negotiated: true, id: chatChannelId }))
  if (initiator && pc) {
    pc.ondatachannel = ({ channel }) => channel.close()
    transceivers?.add()
  }

  /** There is one offerer, so that descriptions never cross. */
  const expects = (type: 'offer' | 'answer'): boolean =>
    type === 'offer'
      ? !initiator && pc?.signalingState === 'stable'
      : initiator && pc?.signalingState === 'have-local-offer'

  function takeCandidate(candidate: Candidate): void {
    const full = !pc?.remoteDescription && peer._pendingCandidates.length >= maxPendingCandidates
    // The library ends the link over a signal it does not know.
    if (full || typeof candidate.candidate !== 'string') dropped++
    else peer.signal({ type: 'candidate', candidate: candidate as RTCIceCandidate })
  }
  function take(signal: LinkSignal): void {
    if (signal.type === 'candidates') signal.list.forEach(takeCandidate)
    else if (expects(signal.type) && signal.sdp.startsWith('v=0'))
      peer.signal({ type: signal.type, sdp: shapeSdp(signal.sdp) })
    else dropped++
  }

  function send(text: string): boolean {
    if (ended || text.length > maxFrameLength) return false
    // The channel of whoever made it may be open before it says so: what waited must not be overtaken.
    if (initiator && peer._channel?.readyState === 'open') carry()
    if (carries) return pass(text)
    const waits =
      opened !== null && peer._channel?.readyState !== 'closed' && waiting.length < maxWaitingFrames
    if (waits) waiting.push(text)
    return waits
  }

  /**
   * Chromium says of a channel that the peer has made that it is open before its signaling thread has opened it, and loses
   * what is sent in between. A message may come past that thread and proves nothing; what is asked of it is answered after.
   */
  function carryOnceOpen(): void {
    if (initiator) carry()
    else behindSignaling ??= pc?.getStats().then(carry, carry)
  }

  function carry(): void {
    if (ended) return
    carries = true
    for (const text of waiting.splice(0)) pass(text)
  }

  function pass(text: string): boolean {
    try {
      peer.send(text)
      return true
    } catch {
      return false
    }
  }

  /**
   * Chromium throws away what an answerer has gathered just before it would use it: an answer empties the pool, and only then is
   * gathered. A provisional answer of the same words takes it out of the pool first. From the second description on there is none.
   */
  function takeFromPool(connection: RTCPeerConnection): void {
    const describe = connection.setLocalDescription.bind(connection)
    connection.setLocalDescription = async (description) => {
      connection.setLocalDescription = describe
      if (description?.type === 'answer' && description.sdp !== undefined)
        await describe({ type: 'pranswer', sdp: description.sdp })
      await describe(description)
    }
  }

  return {
    signal(signal) {
      if (ended) return
      try {
        take(signal)
      } catch {
        // Not of the shape of a signal.
        dropped++
      }
    },
    droppedSignals: () => dropped,
    restart(iceServers) {
      if (ended || !pc) return
      try {
        pc.setConfiguration(configWith(iceServers))
        if (!initiator) return
        pc.restartIce()
        peer.negotiate()
      } catch {
        // Servers that the stack cannot read, or a connection that closes just now: main will hear of that.
        dropped++
      }
    },
    send,
    setTracks: async (tracks) => {
      if (!ended) await transceivers?.setTracks(tracks)
    },
    bound: (bounds) => transceivers?.bound(bounds),
    screenMid: () => transceivers?.screenMid() ?? null,
    gathering: () => pc?.iceGatheringState ?? 'new',
    stats: async () => (ended || !pc ? null : pc.getStats().catch(() => null)),
    destroy() {
      if (ended) return
      end()
      peer.destroy()
    },
  }
}
