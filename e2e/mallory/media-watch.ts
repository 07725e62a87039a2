// Watches a phone's page from the inside for what must not happen: media that leaves, and phases of a call nobody should
// be in. Looks at the browser's own connections, not at what the app says of them.
import type { CallView } from '../../contract/call-view.ts'
import type { Phone } from '../phone.ts'

export interface Seen {
  /** RTP packets of all connections made since the last `begin`. */
  readonly packetsSent: number
  /** Of the sound in them: a track that is switched off sends silence. As RTCAudioSourceStats.totalAudioEnergy. */
  readonly energySent: number
  /** Every phase the call was in, in order. */
  readonly phases: readonly CallView['phase'][]
}

interface Watch {
  begin(): void
  seen(): Promise<Seen>
}

declare global {
  interface Window {
    mediaWatch: Watch
  }
}

export interface MediaWatch {
  /** Forgets what was seen before. */
  begin(): Promise<void>
  seen(): Promise<Seen>
}

/** Once for each phone, before its first call. */
export async function watchMedia({ page }: Phone): Promise<MediaWatch> {
  await page.evaluate(() => {
    let made: RTCPeerConnection[] = []
    /** The most that each connection was seen to have sent: a closed one no longer says. */
    let sent = new Map<RTCPeerConnection, { packets: number; energy: number }>()
    let phases: CallView['phase'][] = []

    async function count(pc: RTCPeerConnection): Promise<void> {
      const report = await pc.getStats().catch(() => null)
      let { packets, energy } = { packets: 0, energy: 0 }
      report?.forEach((stats: RTCOutboundRtpStreamStats & { totalAudioEnergy?: number }) => {
        if (stats.type === 'outbound-rtp') packets += stats.packetsSent ?? 0
        if ((stats.type as string) === 'media-source') energy += stats.totalAudioEnergy ?? 0
      })
      const before = sent.get(pc) ?? { packets: 0, energy: 0 }
      sent.set(pc, { packets: Math.max(packets, before.packets), energy: Math.max(energy, before.energy) })
    }

    const Native = RTCPeerConnection
    window.RTCPeerConnection = class extends Native {
      constructor(config?: RTCConfiguration) {
        super(config)
        made.push(this)
      }
      override close(): void {
        void count(this)
        super.close()
      }
    }
    setInterval(() => made.forEach((pc) => void count(pc)), 50)
    window.shell.on.view((push) => {
      if (push.slice !== 'call') return
      const { phase } = push.value
      if (phases.at(-1) !== phase) phases.push(phase)
    })
    window.mediaWatch = {
      begin() {
        made = []
        sent = new Map()
        phases = []
      },
      async seen() {
        await Promise.all(made.map(count))
        const sum = (what: 'packets' | 'energy') =>
          [...sent.values()].reduce((total, each) => total + each[what], 0)
        return { packetsSent: sum('packets'), energySent: sum('energy'), phases }
      },
    }
  })
  return {
    begin: () => page.evaluate(() => window.mediaWatch.begin()),
    seen: () => page.evaluate(() => window.mediaWatch.seen()),
  }
}
