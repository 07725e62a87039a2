import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { createVirtualClock } from './call/virtual-clock.ts'
import { createNetworkWatch, outwardAddresses, type Interfaces } from './network-watch.ts'

const info = (address: string, internal = false) => ({ address, internal }) as NetworkInterfaceInfo
const lo = [info('127.0.0.1', true), info('::1', true)]

function watched(first: Interfaces, inCall = true) {
  const clock = createVirtualClock()
  const told: boolean[] = []
  const computer = { interfaces: first, inCall }
  const watch = createNetworkWatch({
    interfaces: () => computer.interfaces,
    clock,
    inCall: () => computer.inCall,
    onChange: (online) => told.push(online),
  })
  return { clock, told, computer, watch }
}

test('an address that is replaced, one more, and one less are each told once, within a tenth of a second', async () => {
  const { clock, told, computer, watch } = watched({ lo, eth0: [info('192.0.2.1')] })
  await clock.advance(1_000)
  expect(told).toEqual([])
  for (const eth0 of [[info('192.0.2.2')], [info('192.0.2.2'), info('2001:db8::1')], [info('2001:db8::1')]]) {
    computer.interfaces = { lo, eth0 }
    await clock.advance(100)
  }
  expect(told).toEqual([true, true, true])
  await clock.advance(10_000)
  expect(told).toHaveLength(3)
  expect(watch.online()).toBe(true)
})

test('the same address at another interface is another network', async () => {
  const { clock, told, computer } = watched({ eth0: [info('192.0.2.1')] })
  computer.interfaces = { wlan0: [info('192.0.2.1')] }
  await clock.advance(100)
  expect(told).toEqual([true])
})

test('no address at all is offline, until there is one', async () => {
  const { clock, told, computer, watch } = watched({ lo, eth0: [info('192.0.2.1')] })
  computer.interfaces = { lo }
  await clock.advance(100)
  expect(watch.online()).toBe(false)
  computer.interfaces = { lo, eth0: [info('192.0.2.1')] }
  await clock.advance(100)
  expect(told).toEqual([false, true])
})

test('another order, loopback and link-local addresses are no change', async () => {
  const { clock, told, computer } = watched({
    a: [info('192.0.2.1'), info('192.0.2.2')],
    b: [info('192.0.2.3')],
  })
  computer.interfaces = {
    b: [info('192.0.2.3')],
    lo,
    docker0: [info('169.254.7.7')],
    veth1: [info('fe80::1'), info('FEBF::1')],
    a: [info('192.0.2.2'), info('192.0.2.1')],
  }
  await clock.advance(5_000)
  expect(told).toEqual([])
  expect(outwardAddresses(computer.interfaces)).toEqual(['a 192.0.2.1', 'a 192.0.2.2', 'b 192.0.2.3'])
})

test('without a call it is looked at less often', async () => {
  const { clock, told, computer, watch } = watched({ eth0: [info('192.0.2.1')] }, false)
  computer.interfaces = { eth0: [info('192.0.2.2')] }
  await clock.advance(1_998)
  // What a call says that is over hurries nobody.
  watch.callChanged()
  await clock.advance(1)
  expect(told).toEqual([])
  await clock.advance(1)
  expect(told).toEqual([true])
})

test('a call that begins looks at once, so that no address of before hides that its own changed', async () => {
  const { clock, told, computer, watch } = watched({ eth0: [info('192.0.2.1')] }, false)
  await clock.advance(50)
  computer.interfaces = { eth1: [info('192.0.2.2')] }
  computer.inCall = true
  watch.callChanged()
  expect(told).toEqual([true])
  // Back to the network that was the last one looked at before the call.
  computer.interfaces = { eth0: [info('192.0.2.1')] }
  await clock.advance(100)
  expect(told).toEqual([true, true])
  // Whatever else the call says puts off no look.
  computer.interfaces = {}
  await clock.advance(99)
  watch.callChanged()
  await clock.advance(1)
  expect(told).toEqual([true, true, false])
  computer.inCall = false
  await clock.advance(100)
  computer.interfaces = { eth0: [info('192.0.2.1')] }
  await clock.advance(1_999)
  expect(told).toHaveLength(3)
  await clock.advance(1)
  expect(told).toHaveLength(4)
})
