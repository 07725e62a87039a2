// What two idle apps and their server have open, and how much memory they take: counted before and after a soak.
import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { SignalingServer } from '../../signaling-server/server.ts'
import { host, hostVersions } from '../host.ts'
import { growthOf, isLeak, type Counts, type Growth, type Heap, type HeapGrowth } from './leaks.ts'
import type { SoakPhone } from './soak-phone.ts'

type ServerCounts = ReturnType<SignalingServer['counts']>

export interface Counted {
  readonly phones: readonly SoakPhone[]
  readonly serverCounts: () => ServerCounts | Promise<ServerCounts>
}

/** In milliseconds. A server keeps what was not given up for a minute. */
const leakPatience = 75_000
const againEvery = 500

/** Which program ran the apps, and on what. */
export function describeHost(): string {
  const { electron, chromium } = hostVersions()
  const [processor] = cpus()
  return `${host} ${host === 'electron' ? electron : chromium}, ${cpus().length} × ${processor?.model.trim() ?? 'unknown'}`
}

async function countsOf({ phones, serverCounts }: Counted): Promise<Counts> {
  const { connections, logins, mailboxes, handles, presence } = await serverCounts()
  const counts: Record<string, number> = {
    'server connections': connections,
    'server logins': logins,
    'server envelopes': mailboxes.envelopes + handles.envelopes,
    'server mailboxes': mailboxes.prekeys,
    'server handles': handles.handles,
    'server parties': presence.parties,
  }
  for (const phone of phones) Object.assign(counts, await phone.counts())
  return counts
}

/** Twice the same, one after the other: until then something of the last call is still on its way out. */
export async function settledCounts(counted: Counted): Promise<Counts> {
  const giveUpMs = Date.now() + leakPatience
  for (let last = await countsOf(counted); ;) {
    await delay(againEvery)
    const now = await countsOf(counted)
    if (JSON.stringify(now) === JSON.stringify(last) || Date.now() > giveUpMs) return now
    last = now
  }
}

export async function lastingGrowth(before: Counts, counted: Counted): Promise<readonly Growth[]> {
  const giveUpMs = Date.now() + leakPatience
  for (;;) {
    const growth = growthOf(before, await countsOf(counted))
    if (!growth.some(isLeak) || Date.now() > giveUpMs) return growth
    await delay(againEvery)
  }
}

export async function heapOf(phones: readonly SoakPhone[]): Promise<Heap> {
  const heap: Record<string, number | null> = {}
  for (const one of phones) {
    const { main, page } = await one.heap()
    heap[`${one.phone.name} main`] = main
    heap[`${one.phone.name} page`] = page
  }
  return heap
}

export const heapBetween = (before: Heap, after: Heap): HeapGrowth =>
  Object.fromEntries(
    Object.entries(before).map(([what, bytes]) => [what, [bytes, after[what] ?? null] as const]),
  )
