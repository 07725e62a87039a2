// Chat, pictures and files beside a call, between two running apps: what is said arrives once and in order whatever
// happens to the link, and what a hostile page sends harms nothing.
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chatOf,
  fileState,
  filesOf,
  isOpen,
  openChat,
  order,
  reload,
  renewLink,
  restartLink,
  savesTo,
  sha256,
  suggestedNames,
  talk,
  textsOf,
} from './chat/chat-hands.ts'
import { sayHostile, takeOver } from './chat/hostile-channel.ts'
import { gpsTraces, plainPng, withGps } from './chat/pictures.ts'
import { expect, test } from './pair.ts'
import type { Phone } from './phone.ts'

const folder = mkdtempSync(join(tmpdir(), 'earshot-chat-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function hangUp(one: Phone, other: Phone): Promise<void> {
  await one.byId('hang-up').click()
  expect((await other.phase('ended')).reason).toBe('peer-hung-up')
}
const stillTalking = (phone: Phone) => phone.phase('talking')

test('what one person types the other reads, with emoji, typing, reactions, a hand and a link that asks first', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(alice, bob)
  await openChat(alice)
  await alice.byId('chat-field').pressSequentially('hello')
  await openChat(bob)
  await expect(bob.byId('chat-typing')).not.toBeEmpty()
  await alice.byId('chat-emoji').click()
  await alice.byId('emoji').first().click()
  await alice.byId('chat-field').press('Enter')
  await expect(bob.byId('chat-text')).toHaveText('hello😀')
  await expect(bob.byId('chat-typing')).toBeEmpty()

  await bob.byId('chat-close').click()
  await alice.byId('chat-field').fill('<b>bold</b> https://example.org/a?b')
  await alice.byId('chat-send').click()
  await expect(bob.byId('chat-unread')).toContainText('1')
  await alice.byId('react').click()
  await alice.byId('reaction').nth(4).click()
  await expect(bob.byId('shown-reaction')).toHaveText('👏')
  await alice.byId('hand').click()
  await expect(bob.byId('peer-hand')).toBeVisible()
  await alice.byId('hand').click()
  await expect(bob.byId('peer-hand')).toBeHidden()

  await openChat(bob)
  await expect(bob.byId('chat-text').last()).toHaveText('<b>bold</b> https://example.org/a?b')
  const opened = () =>
    bob.app.evaluate(() => (globalThis as unknown as { __probe: { external: string[] } }).__probe.external)
  await bob.answerSystem(false)
  await bob.byId('chat-link').click()
  await expect.poll(bob.systemAsked).toEqual([expect.stringContaining('https://example.org/a?b')])
  expect(await opened()).toEqual([])
  await bob.answerSystem(true)
  await bob.byId('chat-link').click()
  await expect.poll(opened).toEqual(['https://example.org/a?b'])

  await savesTo(bob, join(folder, 'chat.txt'))
  await bob.byId('chat-keep').click()
  await expect.poll(() => suggestedNames(bob)).toEqual([expect.stringMatching(/^Earshot chat .*\.txt$/)])
  await expect
    .poll(() => {
      try {
        return readFileSync(join(folder, 'chat.txt'), 'utf8')
      } catch {
        return ''
      }
    })
    .toContain('hello😀')
  await hangUp(alice, bob)
  await expect(bob.byId('chat-after')).toBeVisible()
  await bob.byId('dismiss').click()
  expect((await bob.views()).chat).toBeNull()
})

test('two hundred messages each way arrive once and in order, over a link that is restarted, renewed and lost', async ({
  pair,
}) => {
  test.slow()
  const { alice, bob } = pair
  await talk(alice, bob)
  const said = (phone: Phone, from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${phone.name} ${from + i}`)
  const say = (from: number, to: number) =>
    Promise.all(
      [alice, bob].map((phone) =>
        order(phone, ...said(phone, from, to).map((text) => ({ type: 'text' as const, text }))),
      ),
    )
  await say(0, 40)
  await restartLink(alice)
  await say(40, 80)
  await renewLink(alice)
  await say(80, 120)
  await isOpen(alice)
  await say(120, 140)
  await reload(bob)
  await say(140, 180)
  await isOpen(bob)
  await renewLink(bob)
  await say(180, 200)
  for (const [phone, peer] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    await expect.poll(async () => (await textsOf(phone, 'peer')).length, { timeout: 60_000 }).toBe(200)
    expect(await textsOf(phone, 'peer')).toEqual(said(peer, 0, 200))
    await expect
      .poll(async () => (await chatOf(phone)).lines.filter((l) => l.kind === 'text' && !l.arrived).length)
      .toBe(0)
  }
  await stillTalking(alice)
  await hangUp(alice, bob)
})

test('a file of 50 MiB arrives intact across an ICE restart and a new link, and is saved where the person says', async ({
  pair,
}) => {
  test.setTimeout(240_000)
  const { alice, bob } = pair
  await talk(alice, bob)
  const sent = join(folder, 'sent.bin')
  writeFileSync(sent, randomBytes(50 * 1024 * 1024))
  await openChat(alice)
  await alice.byId('chat-files').setInputFiles(sent)
  await openChat(bob)
  await expect(bob.byId('file-name')).toHaveText('sent.bin', { timeout: 30_000 })
  expect(await fileState(bob)).toBe('offered')
  await bob.byId('file-accept').click()
  const movedAtBob = () => bob.byId('chat-file').locator('progress').getAttribute('value').then(Number)
  await expect.poll(movedAtBob, { timeout: 60_000 }).toBeGreaterThan(2 * 1024 * 1024)
  await restartLink(alice)
  await expect.poll(movedAtBob, { timeout: 60_000 }).toBeGreaterThan(8 * 1024 * 1024)
  const before = await movedAtBob()
  await renewLink(alice)
  // A text is not kept waiting by the file.
  await isOpen(alice)
  await order(alice, { type: 'text', text: 'on its way' })
  await expect.poll(() => textsOf(bob, 'peer')).toEqual(['on its way'])
  // It goes on where it was.
  const after = await movedAtBob().catch(() => Infinity)
  expect(after).toBeGreaterThanOrEqual(before)
  await expect.poll(() => fileState(bob), { timeout: 120_000 }).toBe('done')
  await expect.poll(() => fileState(alice)).toBe('done')
  const kept = join(folder, 'kept.bin')
  await savesTo(bob, kept)
  await bob.byId('file-save').click()
  await expect
    .poll(
      () => {
        try {
          return sha256(kept)
        } catch {
          return null
        }
      },
      { timeout: 60_000 },
    )
    .toBe(sha256(sent))
  expect(await suggestedNames(bob)).toEqual(['sent.bin'])
  await hangUp(alice, bob)
})

test('a file can be refused, taken back, and cancelled on its way, by either person', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(alice, bob)
  await Promise.all([openChat(alice), openChat(bob)])
  const path = join(folder, 'large.bin')
  writeFileSync(path, Buffer.alloc(40 * 1024 * 1024, 7))
  for (const [index, end] of (['refuse', 'back', 'cancel'] as const).entries()) {
    await alice.byId('chat-files').setInputFiles(path)
    await expect.poll(() => fileState(bob, index), { timeout: 30_000 }).toBe('offered')
    if (end === 'refuse') await bob.byId('file-refuse').click()
    if (end === 'back') await alice.byId('file-cancel').click()
    if (end === 'cancel') {
      await bob.byId('file-accept').click()
      await expect(bob.byId('file-cancel')).toBeVisible()
      await bob.byId('file-cancel').click()
    }
    const states = {
      refuse: ['refused', 'refused'],
      back: ['cancelled-by-me', 'cancelled-by-peer'],
      cancel: ['cancelled-by-peer', 'cancelled-by-me'],
    }[end]
    await expect
      .poll(async () => [await fileState(alice, index), await fileState(bob, index)])
      .toEqual(states)
  }
  await order(alice, { type: 'text', text: 'after all that' })
  await expect.poll(() => textsOf(bob, 'peer')).toEqual(['after all that'])
  await hangUp(bob, alice)
})

test('what is pasted into the box and what is dropped on the chat is offered', async ({ pair }) => {
  const { alice, bob } = pair
  await talk(alice, bob)
  await openChat(alice)
  const give = (id: string, by: 'paste' | 'drop', name: string) =>
    alice.byId(id).evaluate(
      (node, [by, name]) => {
        const given = new DataTransfer()
        given.items.add(new File([`words of ${name}`], name, { type: 'text/plain' }))
        const way = { bubbles: true, cancelable: true }
        node.dispatchEvent(
          by === 'paste'
            ? new ClipboardEvent('paste', { ...way, clipboardData: given })
            : new DragEvent('drop', { ...way, dataTransfer: given }),
        )
      },
      [by, name] as const,
    )
  const offered = async () => (await filesOf(bob)).map(({ file, state }) => [file.name, state])
  await give('chat-field', 'paste', 'pasted.txt')
  await expect.poll(offered).toEqual([['pasted.txt', 'offered']])
  await give('chat-panel', 'drop', 'dropped.txt')
  await expect.poll(offered).toEqual([
    ['pasted.txt', 'offered'],
    ['dropped.txt', 'offered'],
  ])
  await expect(alice.byId('chat-field')).toHaveValue('')
  await hangUp(alice, bob)
})

test('C2 a picture that says where it was taken arrives without a word of that, and is shown', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(alice, bob)
  const jpeg = await alice.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(320, 200)
    const brush = canvas.getContext('2d')
    if (!brush) throw new Error('no canvas')
    brush.fillStyle = '#c33'
    brush.fillRect(0, 0, 320, 200)
    const blob = await canvas.convertToBlob({ type: 'image/jpeg' })
    return [...new Uint8Array(await blob.arrayBuffer())]
  })
  const tagged = withGps(Buffer.from(jpeg))
  for (const trace of gpsTraces) expect(tagged.includes(trace)).toBe(true)
  await openChat(alice)
  await alice
    .byId('chat-files')
    .setInputFiles({ name: 'at my home.jpg', mimeType: 'image/jpeg', buffer: tagged })
  await openChat(bob)
  await bob.byId('file-accept').click()
  await expect.poll(() => fileState(bob)).toBe('done')
  const shown = bob.byId('chat-picture')
  await expect(shown).toBeVisible()
  expect(
    await shown.evaluate((image: HTMLImageElement) =>
      image.decode().then(() => [image.naturalWidth, image.naturalHeight]),
    ),
  ).toEqual([320, 200])
  const kept = join(folder, 'picture.jpg')
  await savesTo(bob, kept)
  await bob.byId('file-save').click()
  const [line] = await filesOf(bob)
  await expect
    .poll(() => {
      try {
        return sha256(kept)
      } catch {
        return null
      }
    })
    .toBe(line?.file.sha256)
  const arrived = readFileSync(kept)
  expect([arrived[0], arrived[1]]).toEqual([0xff, 0xd8])
  for (const trace of gpsTraces.slice(0, 2)) expect(arrived.includes(trace)).toBe(false)
  expect(await suggestedNames(bob)).toEqual(['picture.jpg'])
  await hangUp(alice, bob)
})

test('B3 a picture of 40 MB, one of too many pixels, a line of a megabyte and an empty file do not leave, and say why', async ({
  pair,
}) => {
  const { alice, bob } = pair
  await talk(alice, bob)
  await openChat(alice)
  const png = plainPng(8, 8)
  const refuse = async (name: string, buffer: Buffer, words: RegExp) => {
    const path = join(folder, name)
    writeFileSync(path, buffer)
    await alice.byId('chat-files').setInputFiles(path)
    await expect(alice.byId('chat-problem')).toHaveText(words)
    await alice.byId('chat-field').fill('')
  }
  await refuse('large.png', Buffer.concat([png, Buffer.alloc(40e6)]), /larger than 10 MB/)
  await refuse('bomb.png', plainPng(30_000, 30_000), /too many pixels/)
  await refuse('broken.png', png.subarray(0, 40), /cannot be read/)
  await refuse('empty.txt', Buffer.alloc(0), /empty/)
  await alice.byId('chat-field').fill('x'.repeat(1_000_000))
  await alice.byId('chat-send').click()
  await expect(alice.byId('chat-problem')).toHaveText(/too long/)
  expect((await chatOf(alice)).lines).toEqual([])
  expect((await chatOf(bob)).lines).toEqual([])
  await stillTalking(bob)
  await hangUp(alice, bob)
})

test('B2 a hostile page sends markup, bombs, lies and noise: each is refused in a sentence, and the call goes on', async ({
  pair,
}) => {
  test.slow()
  const { alice, bob } = pair
  await takeOver(bob)
  await talk(alice, bob)
  await openChat(alice)
  let n = 0
  const say = (message: object) => sayHostile(bob, { n: ++n, ...message })
  await say({ t: 'text', text: '<img src=x onerror=alert(1)><script>alert(1)</script>' })
  await expect(alice.byId('chat-text')).toHaveText('<img src=x onerror=alert(1)><script>alert(1)</script>')
  await expect(alice.byId('chat-log').locator('img, script')).toHaveCount(0)

  // What no app says.
  await say({ t: 'text', text: 'x'.repeat(20_000) })
  await expect(alice.byId('chat-dropped')).toHaveText(/does not know/)
  await say({
    t: 'file-offer',
    file: {
      id: `${'A'.repeat(21)}Q`,
      name: 'x.svg',
      size: 10,
      sha256: '0'.repeat(64),
      picture: 'image/svg+xml',
    },
  })
  await say({
    t: 'file-offer',
    file: {
      id: `${'B'.repeat(21)}Q`,
      name: 'x.png',
      size: 40_000_000,
      sha256: '0'.repeat(64),
      picture: 'image/png',
    },
  })
  expect(await filesOf(alice)).toEqual([])

  // A name that is read backwards; bytes that are not what was offered; pictures that are none, or far too large.
  const offers = [
    {
      name: '\u202Egpj.exe',
      bytes: Buffer.from('MZ and more'),
      picture: null,
      sha: '0'.repeat(64),
      state: 'altered',
    },
    {
      name: 'a.png',
      bytes: Buffer.from('<svg onload=alert(1)>'),
      picture: 'image/png',
      sha: null,
      state: 'unshowable',
    },
    { name: 'b.jpg', bytes: plainPng(8, 8), picture: 'image/jpeg', sha: null, state: 'unshowable' },
    { name: 'c.png', bytes: plainPng(30_000, 30_000), picture: 'image/png', sha: null, state: 'unshowable' },
  ] as const
  for (const [i, offer] of offers.entries()) {
    const raw = Buffer.alloc(16, i + 1)
    const id = raw.toString('base64url')
    const sha = offer.sha ?? createHash('sha256').update(offer.bytes).digest('hex')
    await say({
      t: 'file-offer',
      file: { id, name: offer.name, size: offer.bytes.length, sha256: sha, picture: offer.picture },
    })
    await expect.poll(() => fileState(alice, i)).toBe('offered')
    await alice.byId('file-accept').click()
    await expect.poll(() => fileState(alice, i)).toBe('moving')
    // This sender waits for no word of the receiver's; that page must have heard of the acceptance itself.
    await expect(alice.byId('file-accept')).toHaveCount(0)
    for (let at = 0; at < offer.bytes.length; at += 16_384) {
      const offset = Buffer.alloc(8)
      offset.writeBigUInt64BE(BigInt(at))
      const piece = [2, ...raw, ...offset, ...offer.bytes.subarray(at, at + 16_384)]
      await bob.page.evaluate((bytes) => window.hostile.seal(bytes), piece)
    }
    await expect.poll(() => fileState(alice, i), { timeout: 30_000 }).toBe(offer.state)
  }
  await expect(alice.byId('file-name').first()).toHaveText('gpj.exe')
  await expect(alice.byId('chat-picture')).toHaveCount(0)
  await expect(alice.byId('file-save')).toHaveCount(0)

  // No records at all: noise, text, the largest message that the browser takes.
  await bob.page.evaluate(() => {
    window.hostile.raw('{"t":"text"}')
    window.hostile.raw(Array.from({ length: 300 }, (_, i) => i & 255))
    window.hostile.raw(Array.from({ length: 200_000 }, () => 1))
  })
  await expect(alice.byId('chat-dropped').last()).toHaveText(/could not be verified or was too large/)
  // The chain has not moved: what is genuine is still read.
  await say({ t: 'text', text: 'and the call goes on' })
  await expect(alice.byId('chat-text').last()).toHaveText('and the call goes on')
  await stillTalking(alice)
  await hangUp(alice, bob)
})
