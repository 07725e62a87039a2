// The link itself in a real Chromium: two ends in one page, with nothing of the app around them.
import { expect } from '@playwright/test'
import type { LinkSignal } from '../contract/link.ts'
import { checkCandidate } from '../sp1/candidate-policy.ts'
import { checkMedia, checkSdp } from '../sp1/sdp-policy.ts'
import { descriptionOf, descriptionsIn, open, sides, test, type Side } from './peer-link/links.ts'

test('sound and pictures cross both ways, the camera of the person called included', async ({ links }) => {
  await open(links)
  for (const side of sides) {
    const traffic = async () => (await links.look(side)).measured?.traffic
    await expect.poll(async () => (await traffic())?.audioEnergyReceived ?? 0).toBeGreaterThan(0.005)
    await expect.poll(async () => (await traffic())?.framesDecoded ?? 0).toBeGreaterThan(20)
    expect((await links.look(side)).remoteKinds.toSorted()).toEqual(['audio', 'video', 'video'])
  }
})

test('D1: both ends report the certificates on the wire, and the live transport agrees', async ({
  links,
}) => {
  await open(links)
  const [caller, callee] = await Promise.all([links.look('caller'), links.look('callee')])
  expect(caller.fingerprints!.seen).toBe(callee.fingerprints!.own)
  expect(callee.fingerprints!.seen).toBe(caller.fingerprints!.own)
  expect(caller.fingerprints!.own).not.toBe(callee.fingerprints!.own)
  expect(caller.measured).toMatchObject({ ...caller.fingerprints, connection: 'connected', path: 'direct' })
  expect(callee.measured).toMatchObject({ ...callee.fingerprints, connection: 'connected', path: 'direct' })
  expect(caller.measured!.dtlsVersion).toMatch(/^DTLS 1\.[23]$/)
  expect(caller.measured!.srtpCipher).toBeTruthy()
})

test('C9 every signal passes the rules that main holds it to, and none tells how loud somebody speaks', async ({
  links,
}) => {
  await open(links)
  for (const side of sides) {
    const looked = await links.look(side)
    const sdp = descriptionOf(looked)
    checkSdp(sdp, looked.fingerprints!.own)
    checkMedia(sdp, { relayOnly: false })
    const codecs = [...sdp.matchAll(/^a=rtpmap:\d+ (\S+?)\/.*$/gm)].map(([, codec]) => codec!.toLowerCase())
    expect([...new Set(codecs)].toSorted()).toEqual(['opus', 'rtx', 'vp8'])
    expect(sdp.match(/^a=sendrecv/gm)).toHaveLength(3)
    expect(sdp).not.toContain('audio-level')
    expect(sdp).not.toContain('a=candidate')
    expect(sdp).toMatch(/^a=fmtp:\d+ .*\bcbr=1\b/m)
    expect(sdp).toMatch(/^a=fmtp:\d+ .*\busedtx=0\b/m)

    const batches = looked.signals.filter((signal) => signal.type === 'candidates')
    expect(batches.length).toBeGreaterThan(0)
    for (const candidate of batches.flatMap((batch) => batch.list)) {
      expect(Object.keys(candidate).toSorted()).toEqual(['candidate', 'sdpMLineIndex', 'sdpMid'])
      checkCandidate(candidate.candidate, { relayOnly: false })
    }
  }
})

test('a text crosses the channel both ways, and one that is too long does not leave', async ({ links }) => {
  await open(links)
  expect(await links.send('caller', 'from the caller')).toBe(true)
  expect(await links.send('callee', 'x'.repeat(65_537))).toBe(false)
  expect(await links.send('callee', 'from the callee')).toBe(true)
  await expect.poll(async () => (await links.look('callee')).frames).toEqual(['from the caller'])
  await expect.poll(async () => (await links.look('caller')).frames).toEqual(['from the callee'])
})

test.describe('a channel that is open before it says so', () => {
  test.use({ quirk: 'opens-late' })
  test('is sent nothing that overtakes what waited for it', async ({ links }) => {
    await open(links)
    expect(await links.send('callee', 'first')).toBe(true)
    // Looks open by then, and has not said so.
    await new Promise((done) => setTimeout(done, 1_500))
    expect(await links.send('callee', 'second')).toBe(true)
    await expect.poll(async () => (await links.look('caller')).frames).toHaveLength(2)
    expect((await links.look('caller')).frames).toEqual(['first', 'second'])
  })
})

test.describe('a channel that says it is open before it is', () => {
  test.use({ quirk: 'opens-early' })
  test('loses nothing', async ({ links }) => {
    // As soon as there is somebody to say it to.
    await expect.poll(() => links.send('callee', 'first'), { intervals: [20] }).toBe(true)
    await expect.poll(async () => (await links.look('caller')).frames).toEqual(['first'])
  })
  test('loses nothing either where the other side has spoken first', async ({ links }) => {
    await expect.poll(() => links.send('caller', 'hello'), { intervals: [20] }).toBe(true)
    await expect.poll(() => links.send('callee', 'first'), { intervals: [20] }).toBe(true)
    await expect.poll(async () => (await links.look('caller')).frames).toEqual(['first'])
  })
})

test('junk for signals neither throws nor harms the link', async ({ links }) => {
  await open(links)
  const sdp = descriptionOf(await links.look('caller'))
  const junk: unknown[] = [
    null,
    'nonsense',
    {},
    { type: 'candidates' },
    { type: 'candidates', list: [null, {}, { candidate: 'junk', sdpMid: null, sdpMLineIndex: null }] },
    {
      type: 'candidates',
      list: [{ candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ junk', sdpMid: '99', sdpMLineIndex: 9 }],
    },
    { type: 'renegotiate', renegotiate: true },
    { type: 'transceiverRequest', transceiverRequest: { kind: 'video' } },
    { type: 'answer', sdp: 'not a description' },
    { type: 'offer', sdp: 'not a description' },
    { type: 'offer', sdp: 'v=0\r\nbegins like one' },
    { type: 'offer' },
    { type: 'answer', sdp } satisfies LinkSignal,
  ]
  for (const side of sides) for (const signal of junk) await links.signal(side, signal)
  expect(await links.send('caller', 'still here')).toBe(true)
  await expect.poll(async () => (await links.look('callee')).frames).toEqual(['still here'])
  for (const side of sides) {
    const { failed, connection, dropped } = await links.look(side)
    expect({ failed, connection }).toEqual({ failed: false, connection: 'connected' })
    expect(dropped).toBeGreaterThanOrEqual(junk.length)
  }
  expect((await links.look('caller')).signals.filter(({ type }) => type === 'offer')).toHaveLength(1)
})

const ufragOf = (sdp: string | undefined) => /^a=ice-ufrag:(\S+)/m.exec(sdp ?? '')?.[1]

test('a link that failed is told and is not given up: whether to look for another path is not the page to say', async ({
  links,
}) => {
  await open(links)
  for (const side of sides) {
    await links.loseNetwork(side)
    expect(await links.look(side)).toMatchObject({ failed: false, connection: 'failed' })
  }
  expect(await links.send('callee', 'still here')).toBe(true)
  await expect.poll(async () => (await links.look('caller')).frames).toEqual(['still here'])
  for (const side of sides) expect(descriptionsIn((await links.look(side)).signals)).toHaveLength(1)
})

test('D4 a restart finds another path under the same certificates, with sound and pictures as before', async ({
  links,
}) => {
  await open(links)
  const before = await Promise.all(sides.map((side) => links.look(side)))
  await links.restart('callee')
  await links.restart('caller')
  const descriptions = async (side: Side) => descriptionsIn((await links.look(side)).signals)
  for (const [index, side] of sides.entries()) {
    await expect.poll(async () => (await descriptions(side)).length).toBe(2)
    const [first, second] = await descriptions(side)
    expect(ufragOf(second)).toMatch(/^\S{4,}$/)
    expect(ufragOf(second)).not.toBe(ufragOf(first))
    checkSdp(second!, before[index]!.fingerprints!.own)
    checkMedia(second!, { relayOnly: false })
    // The live transport is the same one, with the certificates of the beginning.
    const { measured, fingerprints, connection, failed } = await links.look(side)
    expect({ own: measured!.own, seen: measured!.seen }).toEqual(before[index]!.fingerprints)
    expect({ fingerprints, connection, failed }).toEqual({
      fingerprints: before[index]!.fingerprints,
      connection: 'connected',
      failed: false,
    })
    const heard = before[index]!.measured!.frames.worker.opened
    await expect
      .poll(async () => (await links.look(side)).measured!.frames.worker.opened.audio)
      .toBeGreaterThan(heard.audio + 50)
    await expect
      .poll(async () => (await links.look(side)).measured!.frames.worker.opened.video)
      .toBeGreaterThan(heard.video)
  }
  expect(await links.send('caller', 'the same channel')).toBe(true)
  await expect.poll(async () => (await links.look('callee')).frames).toEqual(['the same channel'])
})

test('only the one who offered begins a restart; the other notes the servers for it', async ({ links }) => {
  await open(links)
  const before = (await links.look('callee')).signals.length
  await links.restart('callee', ['stun:192.0.2.1'])
  expect(await links.iceServers()).toMatchObject([{ urls: ['stun:192.0.2.1'] }])
  expect(await links.send('callee', 'nothing else happened')).toBe(true)
  await expect.poll(async () => (await links.look('caller')).frames).toEqual(['nothing else happened'])
  const { signals, connection } = await links.look('callee')
  expect(signals.slice(before).filter(({ type }) => type !== 'candidates')).toEqual([])
  expect(connection).toBe('connected')
})

test('a storm of restarts is one offer at a time, and servers that nobody can read harm nothing', async ({
  links,
}) => {
  await open(links)
  await Promise.all(Array.from({ length: 20 }, () => links.restart('caller')))
  for (const side of sides) await links.restart(side, ['this is no server'])
  await expect.poll(async () => (await links.look('caller')).dropped).toBe(1)
  await expect
    .poll(async () => descriptionsIn((await links.look('callee')).signals).length)
    .toBeGreaterThanOrEqual(2)
  // As many answers as offers, once it is quiet.
  const count = async (side: Side) => descriptionsIn((await links.look(side)).signals).length
  await expect.poll(async () => (await count('caller')) - (await count('callee'))).toBe(0)
  expect(await count('caller')).toBeLessThanOrEqual(21)
  expect(await links.send('caller', 'still here')).toBe(true)
  await expect.poll(async () => (await links.look('callee')).frames).toEqual(['still here'])
  expect((await links.look('callee')).connection).toBe('connected')
})

test('sound that stops coming is noticed, and so is the first that comes again', async ({ links }) => {
  await open(links)
  const packets = async () => (await links.look('callee')).measured?.traffic.audioPacketsReceived ?? 0
  await expect.poll(packets).toBeGreaterThan(20)
  const earlier = (await links.look('callee')).sounds.length
  await links.goSilent('caller')
  await expect.poll(async () => (await links.look('callee')).sounds.slice(earlier)).toContain(false)
  await links.soundAgain('caller')
  await expect.poll(async () => (await links.look('callee')).sounds.at(-1)).toBe(true)
})

test('muted is not silent on the wire: nobody takes it for a dead path', async ({ links }) => {
  await open(links)
  const packets = async () => (await links.look('callee')).measured?.traffic.audioPacketsReceived ?? 0
  await expect.poll(packets).toBeGreaterThan(20)
  await links.switch('caller', { audio: false, video: true })
  const before = await packets()
  await expect.poll(packets).toBeGreaterThan(before + 100)
  // A computer that is busy may stall for a moment; what counts is that sound goes on.
  await expect.poll(async () => (await links.look('callee')).sounds.at(-1) ?? true).toBe(true)
})

test('the end that is left learns that the link is gone; the end that left hears nothing', async ({
  links,
}) => {
  await open(links)
  await links.destroy('caller')
  await expect.poll(async () => (await links.look('callee')).failed).toBe(true)
  expect((await links.look('caller')).failed).toBe(false)
})

test('packets of sound are of one size, whatever is said, and none tells how loud it is', async ({
  links,
}) => {
  await open(links)
  // The counter of the frame encryption has grown to two bytes by then, and stays there for twenty minutes.
  for (const side of sides)
    await expect.poll(async () => (await links.sound(side)).packets).toBeGreaterThan(260)
  for (const side of sides) {
    const looks = [await links.sound(side)]
    await expect
      .poll(
        async () => looks.push(await links.sound(side)) > 12 && looks.at(-1)!.packets - looks[0]!.packets,
        {
          intervals: [110],
        },
      )
      .toBeGreaterThan(60)
    const sizes = looks.slice(1).flatMap(({ bytes, packets }, i) => {
      const before = looks[i]!
      return packets > before.packets ? [(bytes - before.bytes) / (packets - before.packets)] : []
    })
    expect(sizes.length).toBeGreaterThan(5)
    expect([...new Set(sizes)]).toHaveLength(1)
    expect(looks[0]!.extensions.filter((uri) => uri.includes('audio-level'))).toEqual([])
  }
})

test('no address leaves a link that may use relays only, and no server is asked that was not given', async ({
  links,
}) => {
  const signals = await links.relayOnly()
  expect(signals.map(({ type }) => type)).toEqual(['offer'])
  expect(descriptionsIn(signals)[0]).not.toMatch(/candidate|raddr/)
  expect(await links.iceServers()).toEqual([])
})

test('fifty links later only the connections of the link that is on are open', async ({ links }) => {
  await open(links)
  await links.openAndDestroy(50)
  await expect.poll(() => links.connections()).toEqual({ made: 102, open: 2 })
})
