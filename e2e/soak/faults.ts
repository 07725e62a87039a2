// Which faults a soak throws, drawn from its seed. Pure: it names them and throws none.
import type { Person } from '../network/town.ts'
import { createRandom, type Random } from './random.ts'

export type Whom = Person | 'both'

export type Fault =
  /** The cable is pulled and put in again. */
  | { readonly kind: 'cable'; readonly whom: Whom; readonly ms: number }
  /** The computer leaves for its other network, with another address. */
  | { readonly kind: 'address'; readonly whom: Person }
  /** The router lets no UDP through for a while. */
  | { readonly kind: 'udp'; readonly whom: Whom; readonly ms: number }
  /** The signaling server crashes, and after this time another is there that knows nothing. */
  | { readonly kind: 'server'; readonly ms: number }
  | { readonly kind: 'page'; readonly whom: Person; readonly how: 'reload' | 'crash' }

export type FaultKind = Fault['kind']
export const faultKinds: readonly FaultKind[] = ['cable', 'address', 'udp', 'server', 'page']

/** One fault, or two at once; then the network is whole again, and the call is judged. */
export interface Round {
  readonly faults: readonly { readonly fault: Fault; readonly afterMs: number }[]
}

export interface SoakPlan {
  /** Both have compared the code, so that a call may be direct. Otherwise it goes by the relay. */
  readonly acquainted: boolean
  readonly rounds: readonly Round[]
}

const overlapShare = 0.25
const whoms = ['alice', 'bob', 'both'] as const
const people = ['alice', 'bob'] as const

/** The same for the same seed; with a larger `n` it begins the same way. */
export function planSoak(seed: number, n: number): SoakPlan {
  const random = createRandom(seed)
  const acquainted = random.chance(0.5)
  let bag: FaultKind[] = []
  const rounds = Array.from({ length: n }, (): Round => {
    // Every kind once before any comes again: ten rounds are few.
    if (bag.length === 0) bag = random.shuffled(faultKinds)
    const kind = bag.pop()!
    const first = { fault: draw(kind, random), afterMs: 0 }
    if (!random.chance(overlapShare)) return { faults: [first] }
    const [other = kind] = random.shuffled(faultKinds.filter((one) => one !== kind))
    return { faults: [first, { fault: draw(other, random), afterMs: random.whole(0, 2_000) }] }
  })
  return { acquainted, rounds }
}

function draw(kind: FaultKind, random: Random): Fault {
  switch (kind) {
    case 'cable':
    case 'udp':
      return { kind, whom: random.pick(whoms), ms: random.whole(500, 8_000) }
    case 'address':
      return { kind, whom: random.pick(people) }
    case 'server':
      return { kind, ms: random.whole(0, 5_000) }
    case 'page':
      return { kind, whom: random.pick(people), how: random.pick(['reload', 'crash']) }
  }
}

/** `cable+server`: what a round is counted under. */
export const kindsOf = ({ faults }: Round): string => faults.map(({ fault }) => fault.kind).join('+')

/** As a person reads it. */
export const describeRound = ({ faults }: Round): string =>
  faults.map(({ fault, afterMs }) => described(fault) + (afterMs ? `, ${afterMs} ms later` : '')).join(' + ')

function described(fault: Fault): string {
  switch (fault.kind) {
    case 'cable':
      return `cable of ${fault.whom} pulled for ${fault.ms} ms`
    case 'address':
      return `another address for ${fault.whom}`
    case 'udp':
      return `no UDP for ${fault.whom} for ${fault.ms} ms`
    case 'server':
      return `server killed, down for ${fault.ms} ms`
    case 'page':
      return `page of ${fault.whom} ${fault.how === 'crash' ? 'crashed' : 'reloaded'}`
  }
}
