// What a server could have seen of a call, byte by byte.
import { networkInterfaces } from 'node:os'
import { expect, test } from './pair.ts'
import { isLogin, look } from './wire-search.ts'

test('Z1 R18 no caller address, no SDP, no candidate crosses the server in any encoding', async ({
  pair,
}) => {
  const { alice, bob, proxy } = pair
  // Whoever called Alice earlier named her there as the callee, so only this call's connections count, and the logins.
  const earlier = proxy.connections.length
  const logins = proxy.connections.filter(isLogin)
  const [caller, callee] = await Promise.all([alice.address(), bob.address()])
  await alice.dial(callee, 'video')
  await (await bob.alert()).getByTestId('answer').click()
  await Promise.all([alice.phase('talking'), bob.phase('talking')])
  await alice.byId('hang-up').click()
  await Promise.all([alice.phase('ended'), bob.phase('ended')])

  const localIps = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal)
    .map((address) => address.address)
  const sight = look([...logins, ...proxy.connections.slice(earlier)], { caller, callee }, localIps)
  expect(sight).toMatchObject({ containsCallerAddress: false, containsSdp: false, controlFound: true })
  expect(sight.bytes).toBeGreaterThan(10_000)
  // The caller's and the callee's part of the call each had a connection of their own beside the logins.
  expect(proxy.connections.length - earlier).toBe(2)
})
