// The contract between the app's tests and their host: what Electron does that the tests lean on. Meant to pass on real
// Electron as on the stand-in; where only the stand-in could be run so far, a difference is a bug of the stand-in.
import { expect, startAgain, test, type Running, type SampleWindow } from './host-contract/sample.ts'

const inPage = <Result>(
  running: Running,
  run: (page: SampleWindow) => Result | Promise<Result>,
): Promise<Result> => running.page.evaluate(`(${String(run)})(window)`) as Promise<Result>
const urlInMain = (running: Running) => running.main((_electron, { window }) => window.webContents.getURL())
const isVisible = (running: Running) => running.main((_electron, { window }) => window.isVisible())

test('the preload is there before the page, in a world of its own', async ({ launch }) => {
  const running = await launch()
  const seen = await inPage(running, (page) => ({
    early: page.apiWasThere,
    frozen: Object.isFrozen(page.api),
    argument: page.api.argument,
    process: page.api.process,
    leaked: ['require', 'process', 'module', '__electronHostSend'].filter((name) => name in page),
  }))
  expect(seen).toEqual({
    early: true,
    frozen: true,
    argument: '--contract=argument',
    process: { sandboxed: true, type: 'renderer', isolated: true },
    leaked: [],
  })
})

test('values cross contextBridge at once, callbacks and errors too', async ({ launch }) => {
  const running = await launch()
  const seen = await inPage(running, (page) => {
    let thrown = ''
    try {
      page.api.throwNow()
    } catch (error) {
      thrown = (error as Error).message
    }
    return { sum: page.api.add(2, 3), twice: page.api.twice((value) => value * 10), thrown }
  })
  expect(seen).toEqual({ sum: 5, twice: 100, thrown: 'thrown in the preload' })
})

test('invoke clones values, names its sender and carries errors in words', async ({ launch }) => {
  const running = await launch()
  expect(await inPage(running, (page) => page.api.echo('text'))).toMatchObject({
    value: 'text',
    sender: 'app://bundle/index.html',
  })
  const described = await inPage(running, (page) =>
    page.api.describe({
      date: new Date(Date.UTC(2031, 5)),
      bytes: new Uint8Array([1, 2, 255]),
      map: new Map([['key', 'value']]),
      missing: undefined,
    }),
  )
  expect(described).toEqual({ date: 2031, bytes: [1, 2, 255], map: 'value', missing: true })
  const errors = await inPage(running, (page) => {
    const words = (promise: Promise<unknown>) => promise.then(() => 'no error', String)
    const attempt = (run: () => Promise<unknown>) => words(Promise.resolve().then(run))
    return Promise.all([
      attempt(() => page.api.fail()),
      attempt(() => page.api.unknown()),
      attempt(() => page.api.echo({ proxy: new Proxy({}, {}) })),
    ])
  })
  expect(errors).toEqual([
    "Error: Error invoking remote method 'fail': Error: nope from main",
    "Error: Error invoking remote method 'nobody-handles-this': Error: No handler registered for 'nobody-handles-this'",
    expect.stringContaining('could not be cloned'),
  ])
})

test('main pushes to the page until the listener is taken off', async ({ launch }) => {
  const running = await launch()
  await inPage(running, (page) => {
    page.noted = []
    const off = page.api.onNoted((text) => {
      page.noted.push(text)
      off()
    })
    page.api.note('one')
    page.api.note('two')
  })
  await expect
    .poll(() => running.events('note'))
    .toEqual([
      ['note', 'one'],
      ['note', 'two'],
    ])
  await inPage(running, (page) => page.api.echo('after both pushes'))
  expect(await inPage(running, (page) => page.noted)).toEqual(['ONE'])
})

test('the scheme serves with its headers; workers and trusted types follow the policy', async ({
  launch,
}) => {
  const running = await launch()
  expect(await inPage(running, (page) => page.work(21))).toBe(42)
  const outcome = await inPage(running, async (page) => {
    const blocked = (run: () => unknown) => {
      try {
        run()
        return false
      } catch {
        return true
      }
    }
    const html = blocked(() => (document.body.innerHTML = '<b>text</b>'))
    const worker = blocked(() => new Worker('worker.js'))
    const connected = await fetch('https://example.org/').then(
      () => true,
      () => false,
    )
    return { html, worker, connected, secure: page.isSecureContext }
  })
  expect(outcome).toEqual({ html: true, worker: true, connected: false, secure: true })
  await expect
    .poll(() => inPage(running, (page) => [...new Set(page.violations)].sort()))
    .toEqual(['connect-src', 'require-trusted-types-for'])
})

test('a page cannot leave, nor open windows; links for outside go to the desktop', async ({ launch }) => {
  const running = await launch()
  const external = () =>
    running.main(() => (globalThis as unknown as { __probe: { external: string[] } }).__probe.external)
  await running.page.locator('#outside').click()
  await expect
    .poll(() => running.events('will-navigate'))
    .toEqual([['will-navigate', 'https://example.org/away']])
  expect(await urlInMain(running)).toBe('app://bundle/index.html')
  await running.page.locator('#blank').click()
  await expect.poll(external).toEqual(['https://example.org/blank'])
  expect(await running.page.evaluate(() => window.open('https://example.org/popup'))).toBeNull()
  await expect.poll(external).toHaveLength(2)
  expect(running.app.windows()).toHaveLength(1)
  await running.page.locator('#inside').click()
  await expect.poll(() => urlInMain(running)).toBe('app://bundle/other.html')
  expect(await running.events('will-frame-navigate')).toHaveLength(2)
})

test("the app's own loads are not asked about, redirects always are", async ({ launch }) => {
  const running = await launch()
  await running.main((_electron, { window }) => window.loadURL('app://bundle/other.html'))
  await running.page.reload()
  expect(await running.events('will-navigate')).toEqual([])
  await running.main((_electron, { window }) => window.loadURL('app://bundle/redirect'))
  expect(await running.events('will-redirect')).toEqual([['will-redirect', 'app://bundle/other.html']])
  const refused = await running.main(async (_electron, sample) => {
    sample.denyRedirect = true
    return sample.window.loadURL('app://bundle/redirect').then(
      () => 'loaded',
      () => 'refused',
    )
  })
  expect(refused).toBe('refused')
})

test('downloads are the app’s to stop', async ({ launch }) => {
  const running = await launch()
  await running.page.locator('#download').click()
  await expect
    .poll(() => running.events('will-download'))
    .toEqual([['will-download', 'app://bundle/download']])
  expect(await urlInMain(running)).toBe('app://bundle/index.html')
})

test('a crashed page says so, and reloads with its bridge', async ({ launch }) => {
  const running = await launch()
  await running.main((_electron, { window }) => window.webContents.forcefullyCrashRenderer())
  await expect.poll(async () => (await running.events('render-process-gone')).length).toBe(1)
  expect(await running.main((_electron, { window }) => window.webContents.isCrashed())).toBe(true)
  const answer = await running.main(async (_electron, { window }) => {
    const { webContents } = window
    const loaded = new Promise<void>((resolve) => webContents.once('did-finish-load', () => resolve()))
    webContents.reload()
    await loaded
    return webContents.executeJavaScript("window.api.echo('back')") as Promise<{ value: string }>
  })
  expect(answer.value).toBe('back')
  expect(await running.main((_electron, { window }) => window.webContents.isCrashed())).toBe(false)
})

test('a page can be loaded again from within the word of its crash', async ({ launch }) => {
  const running = await launch()
  const answers = await running.main(async (_electron, { window }) => {
    const { webContents } = window
    const back: unknown[] = []
    for (const round of ['first', 'second']) {
      const reloaded = new Promise<void>((resolve, reject) => {
        webContents.once('render-process-gone', () => {
          window.loadURL('app://bundle/index.html').then(resolve, reject)
        })
      })
      webContents.forcefullyCrashRenderer()
      await reloaded
      back.push(await webContents.executeJavaScript(`window.api.echo('${round}')`))
    }
    return back
  })
  expect(answers).toMatchObject([{ value: 'first' }, { value: 'second' }])
})

test('what a window was given and what was not are both its last web preferences', async ({ launch }) => {
  const running = await launch()
  const preferences = await running.main((_electron, { window }) =>
    (
      window.webContents as unknown as { getLastWebPreferences(): Electron.WebPreferences }
    ).getLastWebPreferences(),
  )
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    backgroundThrottling: false,
  })
  expect(preferences.preload).toContain('preload.cjs')
})

test('keys reach the page unless the app prevents them', async ({ launch }) => {
  const running = await launch()
  await running.main((_electron, { window, events }) => {
    window.webContents.on('before-input-event', (event, input) => {
      if (input.type === 'keyDown') events.push(['key', input.key, input.control])
      if (input.key === 'x') event.preventDefault()
    })
  })
  const field = running.page.locator('#text')
  await field.focus()
  for (const key of ['a', 'x', 'B', 'Control+r']) await running.page.keyboard.press(key)
  await expect(field).toHaveValue('aB')
  await expect
    .poll(() => running.events('key'))
    .toEqual(
      expect.arrayContaining([
        ['key', 'a', false],
        ['key', 'x', false],
        ['key', 'r', true],
      ]),
    )
})

test('a window that refuses to close is hidden and goes on; quitting still ends the app, in order', async ({
  launch,
}) => {
  const running = await launch()
  await running.main((_electron, sample) => {
    sample.denyClose = true
    sample.window.close()
  })
  expect(await isVisible(running)).toBe(false)
  expect(await running.main((_electron, { window }) => window.isDestroyed())).toBe(false)
  expect((await inPage(running, (page) => page.api.echo('hidden'))).value).toBe('hidden')
  const ended = new Promise((resolve) => running.app.process().once('exit', resolve))
  await running.main(({ app }) => {
    setImmediate(() => app.quit())
  })
  expect(await ended).toBe(0)
  expect([...running.stderr().matchAll(/contract: ([\w-]+)/g)].map(([, name]) => name)).toEqual([
    'before-quit',
    'will-quit',
    'quit',
  ])
})

test('closing the last window tells the app, which may stay', async ({ launch }) => {
  const running = await launch()
  await running.main((_electron, { window }) => window.close())
  await expect.poll(() => running.events('window-all-closed')).toHaveLength(1)
  expect(await running.main(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0)
})

test('a second instance hands over its arguments and leaves; another profile is another app', async ({
  launch,
}) => {
  const [first, other] = await Promise.all([launch(), launch()])
  expect(await startAgain(first.userData, 'contract:link')).toBe(0)
  await expect
    .poll(() => first.events('second-instance'))
    .toEqual([['second-instance', 'contract:link', { from: 'the second' }]])
  expect(await other.events('second-instance')).toEqual([])
  await inPage(first, () => localStorage.setItem('who', 'first'))
  expect(await inPage(other, () => localStorage.getItem('who'))).toBeNull()
})

test('a profile is found again after a restart', async ({ launch }) => {
  const first = await launch()
  await inPage(first, () => localStorage.setItem('kept', 'yes'))
  expect(await first.main(({ app }) => [app.getPath('userData'), app.getName(), app.getVersion()])).toEqual([
    first.userData,
    'Host Contract',
    '1.2.3',
  ])
  await first.app.close()
  const second = await launch({ userData: first.userData })
  expect(await inPage(second, () => localStorage.getItem('kept'))).toBe('yes')
})
