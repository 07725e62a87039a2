import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { addressPolicyFor, hasDefaultRoute, leadsSomewhere } from './address-policy.ts'

const info = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo
const lo = [info('127.0.0.1', true), info('::1', true)]
const routed = () => Promise.resolve(true)
const routeFree = 'default_public_and_private_interfaces'

test('a link of a computer with one interface looks at the default route alone, and so follows to another network', async () => {
  const eth0 = [info('192.0.2.1'), info('2001:db8::1'), info('fe80::1')]
  expect(await addressPolicyFor({ lo, eth0 }, routed)).toBe(routeFree)
})

test('a link looks at all addresses where there are several interfaces: one may be the only way to the peer', async () => {
  const interfaces = { lo, eth0: [info('192.0.2.1')], vpn0: [info('10.8.0.2')] }
  expect(await addressPolicyFor(interfaces, routed)).toBe('default')
})

test('an interface with nothing but a link-local address is none', async () => {
  const interfaces = { eth0: [info('192.0.2.1')], eth1: [info('169.254.1.1'), info('fe80::2')] }
  expect(await addressPolicyFor(interfaces, routed)).toBe(routeFree)
})

test.each(['IPv4', 'IPv6'])(
  'a link looks at all addresses where those of %s lead nowhere by default: there would be none of them',
  async (missing) => {
    const eth0 = [info('192.0.2.1'), info('fd00::1')]
    const hasRoute = (family: string) => Promise.resolve(family !== missing)
    expect(await addressPolicyFor({ lo, eth0 }, hasRoute)).toBe('default')
  },
)

test('only the versions of IP that are spoken are asked for', async () => {
  const asked: string[] = []
  const hasRoute = (family: string) => {
    asked.push(family)
    return Promise.resolve(true)
  }
  await addressPolicyFor({ lo, eth0: [info('192.0.2.1'), info('192.0.2.2')] }, hasRoute)
  expect(asked).toEqual(['IPv4'])
})

test('a computer without any address looks at all', async () => {
  expect(await addressPolicyFor({ lo }, routed)).toBe('default')
})

test('an address that the system sends nothing to leads nowhere, and one of its own leads somewhere', async () => {
  expect(await leadsSomewhere('255.255.255.255', 'IPv4')).toBe(false)
  expect(await leadsSomewhere('127.0.0.1', 'IPv4')).toBe(true)
})

test('whether there is a route is the answer of the system, and never an error', async () => {
  for (const family of ['IPv4', 'IPv6'] as const)
    expect(typeof (await hasDefaultRoute(family))).toBe('boolean')
})
