// The rows of set-ups that were measured in turn.
import { rowOf, type BenchRow } from '../report.ts'
import type { Setup, SetupStep } from './setup.ts'

type Columns = Readonly<Record<'limit' | 'demo' | 'earshot', readonly Setup[]>>
const steps: readonly SetupStep[] = ['linkMade', 'described', 'connected', 'played', 'sound']

/** `where` is part of each row's name, as in `acceptToSoundAt60Ms`; empty on one computer. */
export function setupRows(where: string, { limit, demo, earshot }: Columns): BenchRow[] {
  const row = (name: string, of: (setup: Setup) => number): BenchRow =>
    rowOf(name, 'ms', { limit: limit.map(of), demo: demo.map(of), earshot: earshot.map(of) })
  return [
    row(`acceptToSound${where || 'Ms'}`, (setup) => setup.acceptToSoundMs),
    ...steps.map((step) => row(`step ${step}${where}`, (setup) => setup.spentMs[step])),
    row(`clickToRing${where || 'Ms'}`, (setup) => setup.clickToRingMs),
  ]
}
