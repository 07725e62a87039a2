// The shell around the page: what a page, a link or a second launch can reach, and what it cannot.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { requestNames } from '../contract/ipc-names.ts'
import { expect, test } from './pair.ts'

test('E6 every window is sandboxed, isolated and without Node', async ({ pair }) => {
  await pair.alice.dial(await pair.bob.address(), 'voice')
  await pair.bob.alert()
  const preferences = await pair.bob.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .filter((window) => window.isVisible())
      .map((window) =>
        (window.webContents as unknown as { getLastWebPreferences(): unknown }).getLastWebPreferences(),
      ),
  )
  expect(preferences).toHaveLength(2)
  for (const each of preferences)
    expect(each).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      webviewTag: false,
    })
  await pair.alice.byId('hang-up').click()
  await pair.bob.phase('ended')
})

test('what opens a data channel is in both descriptions, and where one side knows nothing of that, it opens as ever', async ({
  pair,
}) => {
  const said = await pair.alice.page.evaluate(async () => {
    const isSaid = (sdp = '') => /^a=sctp-init:/m.test(sdp)
    /** `knows`: the callee reads it in the offer. */
    async function open(knows: boolean): Promise<boolean[]> {
      const [caller, callee] = [new RTCPeerConnection(), new RTCPeerConnection()]
      caller.onicecandidate = ({ candidate }) => void callee.addIceCandidate(candidate)
      callee.onicecandidate = ({ candidate }) => void caller.addIceCandidate(candidate)
      const channel = caller.createDataChannel('')
      const heard = new Promise((done) => (callee.ondatachannel = (made) => (made.channel.onmessage = done)))
      channel.onopen = () => channel.send('heard')
      await caller.setLocalDescription()
      const offer = caller.localDescription!.sdp
      const sdp = knows ? offer : offer.replace(/^a=sctp-init:.*\r\n/m, '')
      await callee.setRemoteDescription({ type: 'offer', sdp })
      await callee.setLocalDescription()
      const answer = callee.localDescription!
      await caller.setRemoteDescription(answer)
      await heard
      for (const each of [caller, callee]) each.close()
      return [isSaid(offer), isSaid(answer.sdp)]
    }
    return { both: await open(true), one: await open(false) }
  })
  expect(said).toEqual({ both: [true, true], one: [true, false] })
})

test('E8 app:// serves GET of files in its own folder and nothing else', async ({ pair }) => {
  const statuses = await pair.alice.app.evaluate(async ({ net }) => {
    const status = async (url: string, method = 'GET') => {
      try {
        return (await net.fetch(url, { method })).status
      } catch {
        return 0
      }
    }
    return {
      index: await status('app://bundle/index.html'),
      otherHost: await status('app://elsewhere/index.html'),
      post: await status('app://bundle/index.html', 'POST'),
      parent: await status('app://bundle/%2e%2e/main/index.js'),
      encodedParent: await status('app://bundle/..%2fmain%2findex.js'),
      backslash: await status('app://bundle/..%5cmain%5cindex.js'),
      nul: await status('app://bundle/index.html%00.png'),
      missing: await status('app://bundle/nothing.js'),
    }
  })
  expect(statuses.index).toBe(200)
  const { index: _index, ...others } = statuses
  for (const [name, status] of Object.entries(others)) expect([0, 400, 403, 404, 405], name).toContain(status)
})

test('E9 R1 the content policy is exact, and neither fetch nor WebSocket leaves the page', async ({
  pair,
}) => {
  const policy = await pair.alice.app.evaluate(async ({ net }) =>
    (await net.fetch('app://bundle/index.html')).headers.get('content-security-policy'),
  )
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("connect-src 'none'")
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe-(eval|inline)|\*|https?:/)
  const tried = await pair.alice.page.evaluate(async () => {
    const fetched = await fetch('http://127.0.0.1:9/').then(
      () => 'fetched',
      () => 'refused',
    )
    const socket = await new Promise<string>((done) => {
      try {
        const s = new WebSocket('ws://127.0.0.1:9/')
        s.onopen = () => done('open')
        s.onerror = () => done('refused')
      } catch {
        done('refused')
      }
    })
    return [fetched, socket]
  })
  expect(tried).toEqual(['refused', 'refused'])
  // Both attempts are what the policy is there to report.
  const reported = pair.alice.problems.splice(0)
  expect(reported.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(2)
})

test('E10 E11 outside a call the page gets no microphone, and never any other permission', async ({
  pair,
}) => {
  const names = await pair.alice.page.evaluate(async () => {
    const attempt = (what: Promise<unknown>) =>
      what.then(
        () => 'granted',
        (error: unknown) => (error as Error).name,
      )
    return {
      microphone: await attempt(navigator.mediaDevices.getUserMedia({ audio: true })),
      camera: await attempt(navigator.mediaDevices.getUserMedia({ video: true })),
      clipboard: await attempt(navigator.clipboard.readText()),
    }
  })
  expect(names.microphone).toBe('NotAllowedError')
  expect(names.camera).toBe('NotAllowedError')
  expect(names.clipboard).not.toBe('granted')
})

test('E13 the page cannot navigate, open a window or follow a link out', async ({ pair }) => {
  const { page, app } = pair.alice
  const before = page.url()
  await page.evaluate(() => {
    window.open('https://example.com/')
    location.href = 'https://example.com/'
  })
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = 'https://example.com/'
    link.target = '_blank'
    document.body.append(link)
    link.click()
    link.remove()
  })
  await expect(pair.alice.byId('server-state')).toBeVisible()
  expect(page.url()).toBe(before)
  expect(app.windows()).toHaveLength(1)
  pair.alice.problems.splice(0)
})

test('E15 R2 requests with unknown fields, wrong types or foreign calls are refused with a code', async ({
  pair,
}) => {
  const answers = await pair.alice.page.evaluate(async () => {
    const shell = window.shell as unknown as Record<string, (payload: unknown) => Promise<unknown>>
    const junk: unknown[] = [undefined, null, 7, 'x', [], { extra: 1 }, { type: 'dial' }, { callId: '../..' }]
    const answers: unknown[] = []
    for (const name of Object.keys(shell))
      if (
        typeof shell[name] === 'function' &&
        name !== 'snapshot' &&
        !['server.host', 'server.retry', 'history.clear', 'history.seen'].includes(name)
      )
        for (const payload of junk) answers.push(await shell[name](payload))
    answers.push(
      await shell['call.command']!({ type: 'dial', address: 'a'.repeat(56), video: false, also: 1 }),
    )
    return answers as { ok: boolean; code?: string }[]
  })
  for (const answer of answers) expect(answer).toMatchObject({ ok: false, code: 'bad-request' })
  expect((await pair.alice.views()).call.phase).toBe('idle')
})

test('E16 the page sees named functions only, frozen, and nothing of Electron or Node', async ({ pair }) => {
  const surface = await pair.alice.page.evaluate(() => ({
    keys: Object.keys(window.shell).sort(),
    frozen: Object.isFrozen(window.shell) && Object.isFrozen(window.shell.on),
    globals: ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
  }))
  expect(surface.keys).toEqual([...requestNames, 'on'].sort())
  expect(surface.frozen).toBe(true)
  expect(surface.globals).toEqual([])
})

test('E19 the profile is for its owner only', async ({ pair }) => {
  const mode = (path: string) => statSync(join(pair.alice.userData, path)).mode & 0o777
  expect(mode('.')).toBe(0o700)
  for (const file of ['identity.json', 'prekeys.json', 'settings.json']) expect(mode(file), file).toBe(0o600)
})

test('R4 a description of the page’s own that names another certificate reaches nobody', async ({ pair }) => {
  const { alice, bob } = pair
  await alice.dial(await bob.address(), 'voice')
  await (await bob.alert()).getByTestId('answer').click()
  const [{ callId }] = await Promise.all([alice.phase('talking'), bob.phase('talking')])
  const heard = await bob.page.evaluateHandle(() => {
    const heard: unknown[] = []
    window.shell.on['link.signal']((push) => heard.push(push))
    return heard
  })
  const answer = await alice.page.evaluate((callId) => {
    const foreign = `sha-256 ${Array(32).fill('EE').join(':')}`
    const sdp = `v=0\r\na=fingerprint:${foreign}\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`
    return window.shell['link.signal']({ callId, signal: { type: 'offer', sdp } })
  }, callId)
  expect(answer).toEqual({ ok: true, value: null })
  // What is said after it arrives, in order: it was not said at all.
  await alice.byId('mute').click()
  await expect
    .poll(async () => (await bob.views()).call)
    .toMatchObject({ phase: 'talking', media: { peerMicOn: false } })
  expect(await heard.jsonValue()).toEqual([])
  expect((await alice.views()).call.phase).toBe('talking')
})

test('R3 a page cannot mark somebody verified outside a bound call', async ({ pair }) => {
  const answer = await pair.alice.page.evaluate(() =>
    window.shell['call.command']({
      type: 'sas',
      callId: 'AAAAAAAAAAAAAAAAAAAAAA' as never,
      answer: 'match',
    }),
  )
  expect(answer).toEqual({ ok: false, code: 'no-call' })
})
