// Test kit: the pages of some phones and the air between them. Each answers main as a well-behaved page would, with
// descriptions and certificates but without WebRTC; a test bends one by setting its members.
import type { CallId } from '../../contract/ids.ts'
import type { Push } from '../../contract/ipc.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import type { LinkFrames, LinkMeasured } from '../../contract/link.ts'
import type { Chat } from '../chat/chat.ts'
import type { CallEngine } from './call-engine.ts'
import { settle } from './virtual-clock.ts'

export interface TestPage {
  /** False is a page that stays silent when it is told to prepare. */
  prepares: boolean
  fingerprint: string
  /** Set: it cannot open the microphone. */
  problem: 'mic-denied' | 'link-failed' | null
  /** What its transport sees; null is the certificate that is really there. */
  seen: string | null
  offerSdp: ((fingerprint: string) => string) | null
  /** What its worker and its transport have counted since the link opened. */
  frames: LinkFrames
  /** What main lets it send; null before and after. */
  tracks: Push<'link.tracks'> | null
  /** The call it has a link for. */
  open: CallId | null
  /** What main told it, by name. */
  readonly orders: { readonly name: PushName; readonly push: unknown }[]
  /** It is gone: what is said to it is lost, and nobody hears of it from here. */
  die(): void
  /** Another page in its place, which has everything to do anew. */
  load(): void
  take<N extends LinkPush | ChatPush>(name: N, push: Push<N>): void
  /** Tells main what it measures of the link that is open. */
  measure(changes: Partial<LinkMeasured>): void
}

type ChatPush = Extract<PushName, `chat.${string}`>
type LinkPush = Extract<PushName, `link.${string}`>
type AnyLinkPush = { [N in LinkPush]: { readonly name: N; readonly push: Push<N> } }[LinkPush]

export const sdpWith = (fingerprint: string): string =>
  [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=fingerprint:${fingerprint}`,
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 0.0.0.0',
    'a=rtpmap:111 opus/48000/2',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    '',
  ].join('\r\n')

const quiet: Omit<LinkMeasured, 'callId' | 'frames'> = {
  connection: 'connected',
  own: null,
  seen: null,
  dtlsVersion: null,
  dtlsCipher: null,
  srtpCipher: null,
  path: null,
  relay: { found: false, sought: false, url: null },
  traffic: {
    audioPacketsSent: 0,
    audioPacketsReceived: 0,
    audioEnergyReceived: 0,
    framesSent: 0,
    framesDecoded: 0,
  },
}

/** Nobody has said anything yet. */
export const noFrames: LinkFrames = {
  worker: {
    sealed: { audio: 0, video: 0, screen: 0 },
    opened: { audio: 0, video: 0, screen: 0 },
    refused: { audio: 0, video: 0, screen: 0 },
    repeated: 0,
  },
  transport: {
    audioPacketsSent: 0,
    audioFramesPlayed: 0,
    videoFramesSent: 0,
    videoFramesDecoded: 0,
    screenFramesSent: 0,
    screenFramesDecoded: 0,
  },
}
/** A link on which sound goes both ways. */
export const someFrames: LinkFrames = {
  worker: {
    ...noFrames.worker,
    sealed: { audio: 50, video: 0, screen: 0 },
    opened: { audio: 50, video: 0, screen: 0 },
  },
  transport: { ...noFrames.transport, audioPacketsSent: 50, audioFramesPlayed: 50 },
}

const fingerprintOf = (byte: number) =>
  `sha-256 ${Array(32).fill(byte.toString(16).toUpperCase().padStart(2, '0')).join(':')}`

export function createTestPages() {
  /** False is a network that is gone: what the pages say to each other is lost. */
  const air = { open: true }
  const pages: {
    readonly page: TestPage
    readonly link: () => CallEngine['link']
    /** A message that came over the channel of the link that is open. */
    readonly hearChat: (json: string) => void
    readonly linkNumber: () => number
  }[] = []

  function addPage(number: number, link: () => CallEngine['link'], chat: () => Chat): TestPage {
    const others = (callId: CallId) =>
      pages.filter((other) => other.page !== page && other.page.open === callId)
    let alive = true
    /** Counts the links it has prepared: what it has begun for an earlier one comes to nothing. */
    let prepared = 0
    /** The call that it got ready for before it was told to prepare. */
    let warm: CallId | null = null
    /** The chat of the link that is open, and what came before its keys. */
    let chatLink: number | null = null
    let chatHeld: string[] = []
    function hearChat(json: string): void {
      if (chatLink === null || page.open === null) chatHeld.push(json)
      else chat().report({ type: 'heard', callId: page.open, link: chatLink, json })
    }
    const describe = () => (page.offerSdp ?? sdpWith)(page.fingerprint)

    let offers = false
    /** Both descriptions are there: the channel opens and the page reports both certificates. */
    async function connect(callId: CallId): Promise<void> {
      await settle(20)
      const seen = page.seen ?? others(callId)[0]?.page.fingerprint
      // The two transports find each other over the air.
      if (page.open === callId && seen && air.open) link().bind({ callId, own: page.fingerprint, seen })
      // A link that was bound before has found a path again, if there is one.
      if (page.tracks && air.open) page.measure({})
    }

    /** The other transport hears nothing any more. */
    async function fallSilent(callId: CallId): Promise<void> {
      const heard = others(callId).map((other) => ({ ...other, number: other.linkNumber() }))
      await settle(20)
      // Whoever has another link by now does not hear this one.
      for (const other of heard)
        if (other.linkNumber() === other.number) other.page.measure({ connection: 'interrupted' })
    }

    /** A new certificate for each link; the link before is closed. */
    function prepare(callId: CallId): void {
      prepared += 1
      if (prepared > 1) page.fingerprint = fingerprintOf((number + 16 * (prepared - 1)) % 256)
      page.tracks = null
      chatLink = null
      chatHeld = []
      if (page.open === null) return
      page.open = null
      void fallSilent(callId)
    }

    async function obey({ name, push }: AnyLinkPush): Promise<void> {
      const { callId } = push
      if (name === 'link.warm' || (name === 'link.prepare' && warm !== callId)) prepare(callId)
      const begun = prepared
      if (name === 'link.warm') warm = callId
      if (name === 'link.prepare') warm = null
      if (name === 'link.tracks') {
        const isFirst = page.tracks === null
        page.tracks = push
        if (isFirst) return settle(20).then(() => page.measure({}))
      }
      if (name === 'link.open') page.open = callId
      if (name === 'link.close') {
        page.tracks = null
        if (page.open !== callId) return
        page.open = null
        return fallSilent(callId)
      }
      await Promise.resolve()
      if (!alive || begun !== prepared) return
      if (name === 'link.warm' && page.prepares) link().certified({ callId, fingerprint: page.fingerprint })
      if (name === 'link.prepare' && page.prepares) {
        const { fingerprint, problem } = page
        link().prepared(
          problem
            ? { callId, ok: false, code: problem }
            : { callId, ok: true, fingerprint, cameraProblem: null },
        )
      }
      if (name === 'link.open') offers = push.initiator
      if ((name === 'link.open' || (name === 'link.restart' && page.open === callId)) && offers)
        link().signal({ callId, signal: { type: 'offer', sdp: describe() } })
      if (name === 'link.frame' && air.open) for (const other of others(callId)) other.link().frame(push)
      if (name === 'link.signal' && push.signal.type !== 'candidates') {
        if (push.signal.type === 'offer')
          link().signal({ callId, signal: { type: 'answer', sdp: describe() } })
        await connect(callId)
      }
    }

    function takeChat(name: ChatPush, copy: Push<ChatPush>): void {
      const { callId } = copy
      if (name === 'chat.open') {
        const { link: opened } = copy as Push<'chat.open'>
        chatLink = opened
        void Promise.resolve().then(() => {
          chat().report({ type: 'opened', callId, link: opened })
          for (const json of chatHeld.splice(0)) hearChat(json)
        })
      }
      if (name !== 'chat.send') return
      const { json, link: number } = copy as Push<'chat.send'>
      // Over a link that is gone nothing arrives.
      const sentOver = prepared
      void settle(2).then(() => {
        if (!alive || sentOver !== prepared || number !== chatLink || !air.open) return
        for (const other of others(callId)) other.hearChat(json)
      })
    }

    const page: TestPage = {
      prepares: true,
      fingerprint: fingerprintOf(number),
      problem: null,
      seen: null,
      frames: someFrames,
      offerSdp: null,
      tracks: null,
      open: null,
      orders: [],
      die() {
        alive = false
        prepared += 1
        warm = null
        page.open = null
        page.tracks = null
      },
      load() {
        alive = true
      },
      take(name, push) {
        if (!alive) return
        // As between processes: what main does with its own afterwards does not reach the page.
        const copy = structuredClone(push)
        page.orders.push({ name, push: copy })
        if (name === 'chat.open' || name === 'chat.send' || name === 'chat.wanted')
          takeChat(name, copy as Push<ChatPush>)
        else void obey({ name, push: copy } as AnyLinkPush)
      },
      measure(changes) {
        if (page.open) link().measured({ ...quiet, callId: page.open, frames: page.frames, ...changes })
      },
    }
    pages.push({ page, link, hearChat, linkNumber: () => prepared })
    return page
  }

  return { addPage, air }
}
