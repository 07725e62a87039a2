// A small internet of network namespaces: two homes, each behind a router, and a server in public, joined by one core.
// Plumbing only: it knows no app and no server.
//
//   alice ── lan0, lan1 ── aliceRouter ── wan ─┐
//                                              core ── public
//   bob ──── lan0, lan1 ── bobRouter ──── wan ─┘
import { execFileSync } from 'node:child_process'
import { cable, createNamespace, type Namespace } from './namespaces.ts'
import { plainRouter, routerRules, type RouterState } from './router-rules.ts'

export type Person = 'alice' | 'bob'
export const persons: readonly Person[] = ['alice', 'bob']

/** A name, because an address could not be the server's with either version of IP. */
export const serverName = 'earshot.test'

/**
 * Addresses outside count as public: relays refuse to pass anything on to private ones and to those of documentation.
 */
export const addresses = {
  public: { v4: '11.0.3.2', v6: '2a0e:3::2', relay: ['11.0.3.3', '2a0e:3::3'] },
  /** Nobody is there; whoever asks is seen. */
  dns: '9.9.9.9',
  alice: { lan: ['10.77.1.2', '10.77.2.2'], wan: '11.0.1.2', v6: '2a0e:1::2' },
  bob: { lan: ['10.78.1.2', '10.78.2.2'], wan: '11.0.2.2', v6: '2a0e:2::2' },
} as const

export interface Home {
  readonly namespace: Namespace
  readonly router: Namespace
  /** Changes what the router does; the rest stays as it was. */
  route(change: Partial<RouterState>): void
  /** How many packets the router has lost on purpose (`lossOut`, `lossIn`) since it was changed last. */
  lost(): number
  /** The cable in use, at the router's end: the computer sees that there is nothing in it. Plugging puts in both. */
  plug(plugged: boolean): void
  /**
   * Leaves the network by one interface and comes back by the other, with another address. Both cables stay in: an
   * address comes by DHCP, over one that carries packets by then. Linux takes up to a second for one put in just before.
   */
  switchTo(interfaceIndex: 0 | 1): void
  /** Which version of IP the computer has an address of. */
  speak(version: 4 | 6): void
  /** From now on everything between here and the core goes by this pair of devices, which are in the core by now. */
  detour(near: string, far: string): void
}

export interface Town {
  readonly public: Namespace
  /** Where everything passes that goes from one of the three to another. */
  readonly core: Namespace
  readonly homes: Readonly<Record<Person, Home>>
  /** Both homes as they were at first. */
  reset(): void
  remove(): void
}

/** Throws where there can be none: ask namespaceObstacle first. */
export function buildTown(): Town {
  const made: Namespace[] = []
  const make = (name: string): Namespace => {
    const namespace = createNamespace(name)
    made.push(namespace)
    return namespace
  }
  try {
    const core = make('core')
    forwarding(core)
    // Where there is a detour, packets go and come by different devices.
    core.sysctl('net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0')
    const server = make('public')
    join(core, 'topublic', server, 'eth0', '11.0.3', '2a0e:3:')
    server.ip('route add default via 11.0.3.1', 'route add default via 2a0e:3::1')
    const [relayV4, relayV6] = addresses.public.relay
    server.ip(`addr add ${relayV4}/24 dev eth0`, `addr add ${relayV6}/64 dev eth0 nodad`)
    const homes = { alice: home('alice', 1, core, make), bob: home('bob', 2, core, make) }
    const reset = () => persons.forEach((person) => resetHome(homes[person]))
    reset()
    return {
      public: server,
      core,
      homes,
      reset,
      remove: () => made.forEach((namespace) => namespace.remove()),
    }
  } catch (error) {
    made.forEach((namespace) => namespace.remove())
    throw error
  }
}

/** `.1` and `.2` of a network of their own. */
function join(
  one: Namespace,
  oneEnd: string,
  other: Namespace,
  otherEnd: string,
  v4: string,
  v6?: string,
): void {
  cable(one, oneEnd, other, otherEnd)
  for (const [namespace, end, last] of [
    [one, oneEnd, 1],
    [other, otherEnd, 2],
  ] as const)
    namespace.ip(
      `addr add ${v4}.${last}/24 dev ${end}`,
      ...(v6 ? [`addr add ${v6}:${last}/64 dev ${end} nodad`] : []),
      `link set ${end} up`,
    )
}

function forwarding(namespace: Namespace): void {
  namespace.sysctl('net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1')
  // As of IPv4 addresses: Linux would take those of IPv6 from a device whose cable is pulled.
  namespace.sysctl('net.ipv6.conf.all.keep_addr_on_down=1')
}

function home(person: Person, index: 1 | 2, core: Namespace, make: (name: string) => Namespace): Home {
  const namespace = make(person)
  const router = make(`${person}router`)
  forwarding(router)
  const { lan, wan } = addresses[person]
  const nets = lan.map((address) => address.replace(/\.\d+$/, ''))
  const v6 = `2a0e:${index}:`
  nets.forEach((net, at) => join(router, `lan${at}`, namespace, `eth${at}`, net, at === 0 ? v6 : undefined))
  // A network for the way to the core of its own, and the core knows what is behind.
  join(core, `to${person}`, router, 'wan', `11.0.${index}`, `2a0e:${index}0:`)
  router.ip(`route add default via 11.0.${index}.1`, `route add default via 2a0e:${index}0::1`)
  core.ip(
    ...nets.map((net) => `route add ${net}.0/24 via ${wan}`),
    `route add ${v6}:/64 via 2a0e:${index}0::2`,
  )

  let state = plainRouter
  let inUse: 0 | 1 = 0
  const route = (change: Partial<RouterState>): void => {
    state = { ...state, ...change }
    router.nft(routerRules(state, lan[0], wan))
  }
  function lost(): number {
    const [command = '', ...args] = [...router.within, 'nft', 'list', 'chain', 'inet', 'lab', 'passing']
    const rules = execFileSync(command, args, { encoding: 'utf8' })
    return [...rules.matchAll(/counter packets (\d+)/g)].reduce(
      (sum, [, packets]) => sum + Number(packets),
      0,
    )
  }
  const defaultV4 = (at: number) => `route replace default via ${nets[at]}.1 dev eth${at}`
  const defaultV6 = `route replace default via ${v6}:1 dev eth0`

  return {
    namespace,
    router,
    lost,
    route,
    plug: (plugged) =>
      router.ip(...(plugged ? ['link set lan0 up', 'link set lan1 up'] : [`link set lan${inUse} down`])),
    switchTo(at) {
      inUse = at
      namespace.ip(
        `addr flush dev eth${1 - at} scope global`,
        `addr replace ${lan[at]}/24 dev eth${at}`,
        defaultV4(at),
      )
    },
    speak(version) {
      inUse = 0
      namespace.ip('link set eth0 up', 'link set eth1 up')
      namespace.ip('addr flush dev eth0', 'addr flush dev eth1 scope global')
      if (version === 4) namespace.ip(`addr add ${lan[0]}/24 dev eth0`, defaultV4(0))
      else namespace.ip(`addr add ${v6}:2/64 dev eth0 nodad`, defaultV6)
    },
    detour(near, far) {
      const [out, back, last] = [1, 2, 3].map((table) => 10 * index + table)
      for (const [ip, behind, gateway] of [
        [core.ip, [...nets.map((net) => `${net}.0/24`), `11.0.${index}.0/24`], wan],
        [core.ip6, [`${v6}:/64`, `2a0e:${index}0::/64`], `2a0e:${index}0::2`],
      ] as const) {
        ip(`route add default dev ${near} table ${out}`)
        ip(`route add default dev ${far} table ${back}`)
        ip(`route add default via ${gateway} dev to${person} table ${last}`)
        ip(`rule add iif to${person} lookup ${out} priority ${out}`)
        ip(`rule add iif ${near} lookup ${last} priority ${last}`)
        for (const net of behind) ip(`rule add to ${net} lookup ${back} priority ${100 + back!}`)
      }
    },
  }
}

function resetHome(home: Home): void {
  home.plug(true)
  home.speak(4)
  home.switchTo(0)
  home.route(plainRouter)
}
