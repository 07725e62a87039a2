// What a person's router does with what passes, as rules for nftables. Pure: the state in, the text out.

/** How the addresses behind the router look from outside. */
export type Nat =
  /** They are public themselves, and everybody may write to them. */
  | 'none'
  /** One address outside, the same port for every destination, and whoever knows it may write to it. */
  | 'full-cone'
  /** A new port for every destination, and only that one may write back. */
  | 'symmetric'

export type Blocked = 'nothing' | 'udp' | 'all-but-tcp-443'

export interface RouterState {
  readonly nat: Nat
  readonly blocked: Blocked
  /** Nothing gets through, and nobody is told. */
  readonly dead: boolean
  /** Share of packets that get lost on their way, from 0 to 1. */
  readonly lossOut: number
  readonly lossIn: number
}

export const plainRouter: RouterState = {
  nat: 'none',
  blocked: 'nothing',
  dead: false,
  lossOut: 0,
  lossIn: 0,
}

const drops: Readonly<Record<Blocked, readonly string[]>> = {
  nothing: [],
  udp: ['meta l4proto udp drop'],
  'all-but-tcp-443': [
    'iifname "lan*" tcp dport != 443 drop',
    'iifname "lan*" meta l4proto != { tcp, icmpv6 } drop',
    'iifname "wan" meta l4proto udp drop',
  ],
}
const loses = (matching: string, share: number): string[] =>
  share > 0 ? [`${matching} numgen random mod 1000 < ${Math.round(share * 1000)} counter drop`] : []

/**
 * For a router whose ends are called `wan` and `lan…`. Connections that were there before keep the way they had: what
 * is known of them is not flushed.
 */
export function routerRules(state: RouterState, inside: string, outside: string): string {
  const { nat, blocked, dead, lossOut, lossIn } = state
  const forward = [
    ...(dead ? ['drop'] : []),
    ...loses('iifname "lan*"', lossOut),
    ...loses('oifname "lan*"', lossIn),
    ...drops[blocked],
    'ct state established,related accept',
    ...(nat === 'none' ? [] : ['iifname "wan" ip version 4 ct status & dnat == 0 drop']),
  ]
  const to =
    nat === 'full-cone' ? [`iifname "wan" ip daddr ${outside} meta l4proto udp dnat to ${inside}`] : []
  const from = nat === 'none' ? [] : [`oifname "wan" masquerade${nat === 'symmetric' ? ' fully-random' : ''}`]
  // A router does not say that nobody listens.
  const input = nat === 'none' ? [] : ['iifname "wan" meta l4proto udp ct state new drop']
  return `flush ruleset
table inet lab {
${chain('passing', 'filter hook forward priority filter', forward)}
${chain('itself', 'filter hook input priority filter', input)}
}
table ip addresses {
${chain('incoming', 'nat hook prerouting priority dstnat', to)}
${chain('outgoing', 'nat hook postrouting priority srcnat', from)}
}
`
}

const chain = (name: string, hook: string, rules: readonly string[]): string =>
  `  chain ${name} {\n    type ${hook}; policy accept;\n${rules.map((rule) => `    ${rule}\n`).join('')}  }`
