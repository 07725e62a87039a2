// Two running apps at a server that attacks them, and somebody in the middle: what each attack comes to, on the screen
// and on the wire. That no attack gets a single packet of sound out of anybody is measured in the browser itself.
import { expect } from '@playwright/test'
import type { Address } from '../contract/ids.ts'
import { identityFromSeed } from '../sp1/identity.ts'
import { createPrekey } from '../sp1/prekey.ts'
import { cut, envelopeFields, flipBit, repeat, swapFirstTwo } from './evil-server/attacks.ts'
import { startEvilServer, type EvilServer, type Transform } from './evil-server/evil-server.ts'
import { hear } from './hearing.ts'
import { outcomes, type Outcome } from './mallory/outcomes.ts'
import {
  expectEnd,
  expectNoMedia,
  expectRedScreen,
  order,
  settle,
  takePicture,
  test,
} from './mallory/victims.ts'
import { passphrase, startPhone, type Phone } from './phone.ts'

/** Makes the attack and counts how often something else than the envelope itself was sent on. */
function launch(evil: EvilServer, attack: Transform): { readonly made: () => number } {
  let made = 0
  evil.attack((passing) => {
    const sent = attack(passing)
    if (sent !== passing.env) made++
    return sent
  })
  return { made: () => made }
}

const names = { 1: 'invitation', 2: 'acceptance', 3: 'frame', 4: 'answer', 5: 'cancellation' } as const
type Kind = keyof typeof names

const expected: Readonly<Record<Kind, { flip: Outcome; cut: Outcome; repeat: Outcome }>> = {
  1: { flip: 'does not ring', cut: 'does not ring', repeat: 'is a good call' },
  2: { flip: 'ends red for the caller', cut: 'comes to nothing', repeat: 'is a good call' },
  3: { flip: 'ends red for both', cut: 'comes to nothing', repeat: 'is a good call' },
  4: {
    flip: 'is a good call that did not show its ringing',
    cut: 'is a good call that did not show its ringing',
    repeat: 'is a good call that showed its ringing',
  },
  5: { flip: 'rings on', cut: 'rings on', repeat: 'stops ringing once' },
}

function attackTest(kind: Kind, what: string, attack: () => Transform, outcome: Outcome): void {
  test(`A1 ${names[kind]} (k${kind}), ${what}: ${outcome}`, async ({ victims }) => {
    const { alice, bob, evil } = victims
    // Only a contact is told that it rings.
    const address = await alice.phone.address()
    const { contacts } = await bob.phone.views()
    if (kind === 4 && !contacts.some((contact) => contact.address === address))
      await bob.phone.addContact(address, 'Alice')
    const { made } = launch(evil, attack())
    await alice.phone.dial(await bob.phone.address(), 'voice')
    await expect.poll(async () => (await alice.media.seen()).phases).toContain('dialing')
    if (kind === 1) await expect.poll(made).toBeGreaterThan(0)
    await outcomes[outcome](victims)
    expect(made(), 'the attack was made').toBeGreaterThan(0)
  })
}

for (const kind of [1, 2, 3, 5, 4] as const) {
  for (const field of envelopeFields[kind]) {
    attackTest(kind, `a bit of ${field} flipped`, () => flipBit(kind, field), expected[kind].flip)
    attackTest(kind, `${field} cut`, () => cut(kind, field), expected[kind].cut)
  }
  attackTest(kind, 'repeated', () => repeat(kind), expected[kind].repeat)
  if (kind === 3) attackTest(kind, 'the first two swapped', () => swapFirstTwo(kind), 'is a good call')
}

test('A1 a caller whose offer names another certificate than the signed one gets a red screen', async ({
  victims,
  mallory,
}) => {
  const { bob } = victims
  const somebody = await mallory({ swapsCertificates: true })
  const leg = await somebody.call((await bob.phone.address()) as Address)
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  await expectRedScreen(bob.phone, 'altered', 'sdp-fp')
  await expectNoMedia(victims)
  expect(leg.happened()).toContain('peer/accepted')
})

test('A1 somebody called whose answer names another certificate than the signed one gives a red screen', async ({
  victims,
  mallory,
}) => {
  const { alice } = victims
  const somebody = await mallory({ swapsCertificates: true })
  await alice.phone.dial(somebody.address, 'voice')
  const leg = await somebody.called()
  await leg.accept()
  await expectRedScreen(alice.phone, 'altered', 'sdp-fp')
  await expectNoMedia(victims)
  expect(leg.happened()).toContain('peer/revealed')
})

test('A2 somebody in the middle is given away by the code and by nothing else', async ({
  victims,
  mallory,
}) => {
  const { alice, bob } = victims
  const inTheMiddle = await mallory()
  // Both were handed Mallory's address as the other's.
  await alice.phone.dial(inTheMiddle.address, 'voice')
  const toAlice = await inTheMiddle.called()
  const toBob = await inTheMiddle.call((await bob.phone.address()) as Address)
  await bob.phone.phase('incoming')
  await order(bob.phone, 'answer')
  await toAlice.accept()
  const [a, b] = await Promise.all([alice.phone.phase('talking'), bob.phone.phase('talking')])
  expect([a.facts, b.facts]).toMatchObject([
    { bound: true, match: true },
    { bound: true, match: true },
  ])
  expect([a.peer.address, b.peer.address]).toEqual([inTheMiddle.address, inTheMiddle.address])

  // Everything works, as it must for the attack to be worth anything: each hears the other.
  const hears = async (phone: Phone, hz: number, otherHz: number) =>
    (await hear(phone.page, hz, otherHz)).windows
  await expect.poll(() => hears(alice.phone, 660, 440), { timeout: 30_000 }).toBeGreaterThanOrEqual(3)
  await expect.poll(() => hears(bob.phone, 440, 660), { timeout: 30_000 }).toBeGreaterThanOrEqual(3)

  for (const { phone } of [alice, bob])
    await expect(phone.byId('trust-line')).toContainText('You have not checked who is on the other end')
  const [codeOfAlice, codeOfBob] = [await alice.phone.codeOnScreen(), await bob.phone.codeOnScreen()]
  expect(codeOfAlice).not.toBe(codeOfBob)
  expect(a.sas.digits).toEqual(toAlice.code())
  expect(b.sas.digits).toEqual(toBob.code())

  await alice.phone.byId('sas-different').click()
  await expectRedScreen(alice.phone, 'sas-mismatch', null)
  await expect.poll(() => toAlice.happened()).toContain('peer/hung-up')
  await toBob.hangUp()
  await expectEnd(bob.phone, 'peer-hung-up')

  // From then on that key is refused, before anything is said.
  await settle(alice.phone)
  await alice.phone.dial(inTheMiddle.address, 'voice')
  await expectEnd(alice.phone, 'refused-peer')
  await expect(alice.phone.byId('end-reason')).toHaveAttribute('data-reason', 'refused-peer')
  await takePicture(alice.phone, 'refused-peer')
  expect(inTheMiddle.hasBeenCalled()).toBe(false)
})

test('sp1 S4 a server that says it is another one gets no signature, and the person is told', async () => {
  const told = 'The server says it is another one than you asked for'
  const honest = await startEvilServer()
  const liar = await startEvilServer({ claimedOrigin: 'https://bank.example' })
  const carol = await startPhone({ name: 'Carol' })
  /** Everything Carol's phone said to whoever answered at the honest server's address. */
  const said = () => honest.seen().map(({ event }) => event)
  try {
    const { byId } = carol
    await byId('first-run-name').fill('Carol')
    await byId('first-run-next').click()
    await byId('passphrase').fill(passphrase)
    await byId('passphrase-repeat').fill(passphrase)
    await byId('first-run-next').click()

    // At the first run it is not even taken for one's server.
    honest.proxy.forwardTo(liar.server.url)
    await byId('server-url').fill(honest.url)
    await byId('use-server').click()
    await expect(carol.page.getByRole('alert')).toContainText(told)
    await takePicture(carol, 'server-origin-first-run')
    expect(said()).toEqual(['hello'])
    expect((await carol.views()).server).toMatchObject({ state: 'none', url: null })

    honest.proxy.forwardTo(honest.server.url)
    await byId('use-server').click()
    await expect(byId('server-state')).toHaveAttribute('data-state', 'online')
    expect(said()).toEqual(['hello', 'hello', 'auth', 'prekey.put'])

    // One's own server that has changed hands gets no further either, and is not tried again by itself.
    honest.proxy.forwardTo(liar.server.url)
    honest.proxy.kill()
    await expect(byId('server-state')).toHaveAttribute('data-state', 'offline')
    await expect(byId('server-state')).toContainText(told)
    await takePicture(carol, 'server-origin')
    expect((await carol.views()).server).toMatchObject({ state: 'offline', code: 'server-origin' })
    expect(said().slice(4)).toEqual(['hello'])
  } finally {
    await carol.close()
    await liar.close()
    await honest.close()
  }
})

test('A9 a prekey that somebody else signed ends the call before anything is left for anybody', async ({
  victims,
}) => {
  const { alice, bob, evil, serve } = victims
  const before = evil.seen().length
  const eve = identityFromSeed(new Uint8Array(32).fill(7))
  serve(createPrekey(eve, Date.now(), (length) => new Uint8Array(length).fill(9)).bundle)
  await alice.phone.dial(await bob.phone.address(), 'voice')
  await expectRedScreen(alice.phone, 'altered', 'prekey-signature')
  await expectNoMedia(victims)
  const asked = evil
    .seen()
    .slice(before)
    .map(({ event }) => event)
  expect(asked).toContain('prekey.get')
  expect(asked).not.toContain('box.put')
})
