// The frame layer in the running app, against somebody who got past everything else: who terminates DTLS on both sides of
// phones that check nothing hears and sees nothing, and a phone whose frames go round the encryption hangs up.
import { expect, test as base, type Page } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { checkSdp } from '../sp1/sdp-policy.ts'
import { roomy } from './evil-server/evil-server.ts'
import { hear } from './hearing.ts'
import { startDtlsMiddle, type DtlsMiddle, type Victim } from './mallory/dtls-middle.ts'
import { removeFrameLayer, stealLink } from './mallory/stolen-link.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { buildUnguarded } from './unguarded/build.ts'

interface Couple {
  readonly alice: Phone
  readonly bob: Phone
}

/** Two phones at a server, gone after the test. */
async function withCouple(app: string | undefined, run: (couple: Couple) => Promise<void>): Promise<void> {
  const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy })
  const phones = await Promise.all([
    startPhone({ name: 'Alice', toneHz: 440, ...(app ? { app } : {}) }),
    startPhone({ name: 'Bob', toneHz: 660, ...(app ? { app } : {}) }),
  ])
  try {
    await Promise.all(phones.map((phone) => phone.setUp(server)))
    // What a test takes away afterwards was there, and was seen to work.
    for (const phone of phones)
      await expect.poll(async () => (await phone.views()).app.frameTest, { timeout: 30_000 }).toBe('passed')
    const [alice, bob] = phones
    await run({ alice, bob })
  } finally {
    await closeAll(phones)
    await server.close()
  }
}

const test = base.extend<{ unguarded: Couple; guarded: Couple; middle: DtlsMiddle }, { folder: string }>({
  folder: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      const app = await buildUnguarded()
      await use(app.folder)
      await app.remove()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  unguarded: async ({ folder }, use) => withCouple(folder, use),
  // eslint-disable-next-line no-empty-pattern
  guarded: async ({}, use) => withCouple(undefined, use),
  // eslint-disable-next-line no-empty-pattern
  middle: async ({}, use) => {
    const middle = await startDtlsMiddle()
    await use(middle)
    await middle.close()
  },
})

async function ring({ alice, bob }: Couple, media: 'voice' | 'video'): Promise<void> {
  await alice.dial(await bob.address(), media)
  await (await bob.alert()).getByTestId(media === 'video' ? 'answer-video' : 'answer').click()
}

/** Puts Mallory between the two. Resolves with the descriptions that were made for them. */
async function standBetween(
  couple: Couple,
  middle: DtlsMiddle,
): Promise<{ toCaller: string; toCallee: string }> {
  const [caller, callee] = await Promise.all([stealLink(couple.alice.page), stealLink(couple.bob.page)])
  await ring(couple, 'video')
  const [toCallee, toCaller] = await Promise.all([
    middle.offer(),
    caller.description().then((offer) => middle.answerTo(offer)),
  ])
  await callee.answer(toCallee)
  await middle.take(await callee.description())
  await caller.answer(toCaller)
  return { toCaller, toCallee }
}

const letPass = ({ app }: Phone) => app.evaluate(() => globalThis.letPass ?? [])
const tone = { caller: 440, callee: 660 } as const
const victims: readonly Victim[] = ['caller', 'callee']
const hears = async (page: Page, victim: Victim) =>
  (await hear(page, tone[victim], tone[victim === 'caller' ? 'callee' : 'caller'], `#${victim}`)).windows

/**
 * The header of a VP8 picture stays readable for WebRTC (SP1 section 7), and a decoder takes one key frame in some 300 for
 * a picture whose other bytes are random: at the few dozen of a test, hardly ever more than one.
 */
const chancePictures = 4

test('D2 with every check of the link switched off, the man in the middle of DTLS decodes nothing', async ({
  unguarded,
  middle,
}) => {
  test.slow()
  const { toCaller, toCallee } = await standBetween(unguarded, middle)
  const [a, b] = await Promise.all([unguarded.alice.phase('talking'), unguarded.bob.phase('talking')])

  // The attack works as far as it goes: both DTLS sessions are Mallory's, and what the phones send arrives.
  for (const victim of victims) {
    await expect
      .poll(
        async () => {
          const { audioPackets, videoPackets } = await middle.harvest(victim)
          return audioPackets > 250 && videoPackets > 50
        },
        { timeout: 30_000 },
      )
      .toBe(true)
    expect((await middle.harvest(victim)).dtls).toBe('connected')
  }
  // And it comes to nothing.
  for (const victim of victims) {
    expect(await hears(middle.page, victim), `sound of the ${victim}`).toBe(0)
    const { framesDecoded, picturesRecognised } = await middle.harvest(victim)
    expect(picturesRecognised, `pictures of the ${victim}`).toBe(0)
    expect(framesDecoded, `noise taken for pictures of the ${victim}`).toBeLessThanOrEqual(chancePictures)
  }

  // Each of the checks that were switched off would have ended the call.
  for (const phone of [unguarded.alice, unguarded.bob]) {
    expect(new Set(await letPass(phone))).toEqual(new Set(['certificate', 'dtls-bind']))
    const call = await phone.phase('talking')
    expect(call).toMatchObject({ secure: false, facts: { match: false } })
    expect(call.facts.frames?.worker.opened).toEqual({ audio: 0, video: 0, screen: 0 })
    expect(call.facts.frames?.worker.sealed.audio).toBeGreaterThan(250)
    await expect(phone.byId('trust-line')).not.toContainText('Encrypted')
  }
  expect(() => checkSdp(toCaller, a.facts.signedPeer ?? '')).toThrow('sdp-fp')
  expect(() => checkSdp(toCallee, b.facts.signedPeer ?? '')).toThrow('sdp-fp')
})

test('D2 the same attack on phones without the frame layer hears and sees everything', async ({
  unguarded,
  middle,
}) => {
  test.slow()
  for (const { page } of [unguarded.alice, unguarded.bob]) await removeFrameLayer(page)
  await standBetween(unguarded, middle)
  for (const victim of victims) {
    await expect.poll(async () => (await middle.harvest(victim)).picturesRecognised).toBeGreaterThan(50)
    await expect.poll(() => hears(middle.page, victim), { timeout: 40_000 }).toBeGreaterThanOrEqual(3)
  }
})

test('F8 a phone whose frames go round the encryption hangs up within seconds, and says why', async ({
  guarded,
}) => {
  const { alice, bob } = guarded
  await removeFrameLayer(alice.page)
  await ring(guarded, 'voice')
  await alice.phase('talking')
  const beganMs = Date.now()
  expect(await alice.phase('ended')).toMatchObject({ reason: 'altered', detail: 'frame-bypass' })
  expect(Date.now() - beganMs).toBeLessThan(10_000)
  await expect(alice.byId('end-text')).toContainText('went past the encryption')
  expect(await bob.phase('ended')).toMatchObject({ reason: 'peer-hung-up' })
})

test('R26 the details of a call show what was measured, and R19 a stranger is told of addresses before', async ({
  guarded,
}) => {
  const { alice, bob } = guarded
  await alice.dial(await bob.address(), 'voice')
  await expect(alice.byId('address-notice')).toContainText('the other person sees your network address')
  const alert = await bob.alert()
  await expect(alert.getByTestId('address-notice')).toContainText('they see your network address')
  await alert.getByTestId('answer').click()
  for (const phone of [alice, bob]) {
    await expect.poll(async () => (await phone.phase('talking')).secure).toBe(true)
    await expect(phone.byId('trust-line')).toContainText('Encrypted.')
    await phone.byId('details-toggle').click()
    const details = phone.byId('call-details')
    await expect(phone.byId('frame-encryption')).toHaveText('AES-256-GCM, keys from X25519 + ML-KEM-768')
    await expect(phone.byId('frames-refused')).toHaveText('0 pieces')
    await expect(details).toContainText('TLS_AES_')
    await expect(details).toContainText('DTLS 1.')
    await expect(phone.byId('who-sees-addresses')).toContainText('you see theirs')
    const { seen, signedPeer } = (await phone.phase('talking')).facts
    expect(seen).toBe(signedPeer)
    await expect(phone.byId('fingerprint-seen')).toHaveText(seen ?? '')
  }
})
