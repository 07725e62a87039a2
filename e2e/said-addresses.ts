// What a page's WebRTC says and hears of addresses: notes every candidate and description of every connection that is
// made from now on, and everything that main hands to the page. Looks only; changes nothing that a call does.
import type { Page } from '@playwright/test'

export interface SaidAddresses {
  /** Candidates that the page's own stack found. */
  readonly candidates: readonly string[]
  /** The page's own descriptions, as they are now. */
  readonly descriptions: readonly string[]
  /** Types of both ends of the pair in use, one for each connection that has one. */
  readonly pairs: readonly { readonly local: string; readonly remote: string }[]
  /** URLs that the stack was given, and what it may use. */
  readonly servers: readonly string[]
  readonly policies: readonly string[]
  /** What came from the peer, as main let it through: candidates and descriptions. */
  readonly heard: readonly string[]
}

interface Notes {
  readonly connections: RTCPeerConnection[]
  readonly candidates: string[]
  readonly heard: string[]
}
declare global {
  interface Window {
    addressNotes?: Notes
  }
}

export const watchConnections = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const notes = {
      connections: [] as RTCPeerConnection[],
      candidates: [] as string[],
      heard: [] as string[],
    }
    window.addressNotes = notes
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(config?: RTCConfiguration) {
        super(config)
        notes.connections.push(this)
        this.addEventListener('icecandidate', ({ candidate }) => {
          if (candidate?.candidate) notes.candidates.push(candidate.candidate)
        })
      }
    }
    window.shell.on['link.signal'](({ signal }) => {
      if (signal.type === 'candidates') notes.heard.push(...signal.list.map(({ candidate }) => candidate))
      else notes.heard.push(signal.sdp)
    })
  })

export const said = (page: Page): Promise<SaidAddresses> =>
  page.evaluate(async () => {
    const { connections, candidates, heard } = window.addressNotes ?? {
      connections: [],
      candidates: [],
      heard: [],
    }
    const pairs: { local: string; remote: string }[] = []
    for (const connection of connections) {
      const report = await connection.getStats()
      const of = (id: unknown) => report.get(String(id)) as { candidateType?: string } | undefined
      for (const stat of report.values() as Iterable<Record<string, unknown>>) {
        const pair = report.get(String(stat['selectedCandidatePairId'])) as
          Record<string, unknown> | undefined
        if (stat['type'] !== 'transport' || !pair) continue
        pairs.push({
          local: of(pair['localCandidateId'])?.candidateType ?? '',
          remote: of(pair['remoteCandidateId'])?.candidateType ?? '',
        })
      }
    }
    const configurations = connections.map((connection) => connection.getConfiguration())
    return {
      candidates,
      heard,
      pairs,
      descriptions: connections.flatMap(({ localDescription }) => localDescription?.sdp ?? []),
      servers: configurations.flatMap(({ iceServers = [] }) => iceServers.flatMap(({ urls }) => urls)),
      policies: configurations.map(({ iceTransportPolicy }) => iceTransportPolicy ?? 'all'),
    }
  })
