// What a server could have seen of a call, byte by byte.
import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { expect, test } from './pair.ts'
import { isLogin, look, spellings } from './wire-search.ts'

test('Z1 R18 no caller address, no fingerprint, no SDP, no candidate crosses the server in any encoding', async ({
  pair,
}) => {
  const { alice, bob, proxy } = pair
  // Whoever called Alice earlier named her there as the callee, so only this call's connections count, and the logins.
  const earlier = proxy.connections.length
  const logins = proxy.connections.filter(isLogin)
  const [caller, callee] = await Promise.all([alice.address(), bob.address()])
  await alice.dial(callee, 'video')
  await (await bob.alert()).getByTestId('answer').click()
  const calls = await Promise.all([alice.phase('talking'), bob.phase('talking')])
  const fingerprints = calls.flatMap(({ facts }) => [facts.own, facts.seen]).filter((each) => each !== null)
  expect(new Set(fingerprints).size).toBe(2)
  await alice.byId('hang-up').click()
  await Promise.all([alice.phase('ended'), bob.phase('ended')])

  const ips = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((address) => !address.internal)
    .map((address) => address.address)
  const sight = look(
    [...logins, ...proxy.connections.slice(earlier)],
    { caller, callee },
    { ips, fingerprints },
  )
  expect(sight).toMatchObject({
    containsCallerAddress: false,
    containsSdp: false,
    containsFingerprint: false,
    controlFound: true,
  })
  expect(sight.bytes).toBeGreaterThan(10_000)
  // The caller's and the callee's part of the call each had a connection of their own beside the logins.
  expect(proxy.connections.length - earlier).toBe(2)
})

test('Z1 the search finds bytes in whatever way they are written, wherever they stand', () => {
  const secret = randomBytes(32)
  const digits = secret.toString('hex')
  const written = [
    secret,
    digits,
    digits.toUpperCase(),
    digits.toUpperCase().replaceAll(/..(?!$)/g, '$&:'),
    ...[0, 1, 2].flatMap((shift) =>
      (['base64', 'base64url'] as const).map((encoding) =>
        Buffer.concat([randomBytes(shift), secret, randomBytes(5)]).toString(encoding),
      ),
    ),
  ]
  const found = (text: Buffer | string) =>
    spellings(secret).some((needle) =>
      Buffer.concat([Buffer.from('{"box":"'), Buffer.from(text)]).includes(needle),
    )
  expect(written.map(found)).toEqual(written.map(() => true))
  expect(found(randomBytes(4096).toString('base64url'))).toBe(false)
})
