// Throws what a round names into the laboratory, and makes it whole again.
import { setTimeout as delay } from 'node:timers/promises'
import type { Lab } from '../network/lab.ts'
import { persons, type Person } from '../network/town.ts'
import type { Fault, Round, Whom } from './faults.ts'
import type { SoakPhone } from './soak-phone.ts'

/** Resolves with when nothing stood in the way any more, ms since the epoch. */
export type ThrowRound = (round: Round) => Promise<number>

export function createThrow(lab: Lab, phones: Readonly<Record<Person, SoakPhone>>): ThrowRound {
  const { homes } = lab.town
  const inUse: Record<Person, 0 | 1> = { alice: 0, bob: 0 }
  const those = (whom: Whom): readonly Person[] => (whom === 'both' ? persons : [whom])

  async function throwFault(fault: Fault): Promise<number> {
    switch (fault.kind) {
      case 'cable':
        for (const person of those(fault.whom)) homes[person].plug(false)
        await delay(fault.ms)
        for (const person of those(fault.whom)) homes[person].plug(true)
        return Date.now()
      case 'address': {
        const { whom } = fault
        inUse[whom] = inUse[whom] === 0 ? 1 : 0
        homes[whom].switchTo(inUse[whom])
        return Date.now()
      }
      case 'udp':
        for (const person of those(fault.whom)) homes[person].route({ blocked: 'udp' })
        await delay(fault.ms)
        for (const person of those(fault.whom)) homes[person].route({ blocked: 'nothing' })
        return Date.now()
      case 'server':
        await lab.killServer()
        await delay(fault.ms)
        await lab.restartServer()
        return Date.now()
      case 'page':
        return phones[fault.whom].endPage(fault.how)
    }
  }

  return async ({ faults }) => {
    const thrown = faults.map(async ({ fault, afterMs }) => {
      await delay(afterMs)
      return throwFault(fault)
    })
    // Each of them to its end, or a fault that failed would leave another in the way.
    const ends = await Promise.allSettled(thrown)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed) throw failed.reason
    return Math.max(...ends.map((end) => (end.status === 'fulfilled' ? end.value : 0)))
  }
}
