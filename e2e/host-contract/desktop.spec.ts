// The host contract's second half: windows on the desktop, tray, notification, keys, power, storage, other processes.
import { host } from '../host.ts'
import { expect, test, type Running } from './sample.ts'

interface Probe {
  trays: { tray: Electron.Tray; menu: Electron.Menu; toolTip: string; images: number }[]
  notifications: Electron.Notification[]
  shortcuts: Record<string, () => void>
  flashes: boolean[]
  shows: { window: number; call: string; url: string }[]
  windowCalls: { window: number; call: string }[]
}
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='

test('a second window is shown without taking the focus', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(async ({ BrowserWindow }, sample) => {
    sample.window.focus()
    const alert = sample.open({
      show: false,
      focusable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      width: 300,
      height: 200,
    })
    await alert.loadURL('app://bundle/other.html')
    const before = alert.isVisible()
    alert.showInactive()
    alert.setVisibleOnAllWorkspaces(true)
    return {
      before,
      after: alert.isVisible(),
      focused: alert.isFocused(),
      focusable: alert.isFocusable(),
      onTop: alert.isAlwaysOnTop(),
      size: alert.getSize(),
      windows: BrowserWindow.getAllWindows().length,
      calls: (globalThis as unknown as { __probe: Probe }).__probe.shows.filter(
        ({ window }) => window === alert.id,
      ),
      id: alert.id,
    }
  })
  expect(seen).toMatchObject({
    before: false,
    after: true,
    focused: false,
    focusable: false,
    onTop: true,
    size: [300, 200],
    windows: 2,
    calls: [{ window: seen.id, call: 'showInactive', url: 'app://bundle/other.html' }],
  })
})

test('a window without a page is in sight, in its place, until it is destroyed', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(({ BaseWindow }) => {
    const place = { x: 40, y: 60, width: 300, height: 40 }
    const bar = new BaseWindow({ ...place, show: false, frame: false, focusable: false })
    bar.setIgnoreMouseEvents(true)
    bar.setAlwaysOnTop(true, 'screen-saver')
    const before = bar.isVisible()
    bar.showInactive()
    const after = [bar.isVisible(), bar.getBounds(), BaseWindow.getAllWindows().includes(bar)]
    bar.destroy()
    return [before, ...after, bar.isDestroyed(), BaseWindow.getAllWindows().includes(bar)]
  })
  expect(seen).toEqual([false, true, { x: 40, y: 60, width: 300, height: 40 }, true, true, false])
})

test('a page is as large as its window was asked to be', async ({ launch }) => {
  const running = await launch()
  await running.main((_electron, { window }) => window.setContentSize(500, 300))
  await expect.poll(() => running.page.evaluate(() => [innerWidth, innerHeight])).toEqual([500, 300])
})

test('hidden windows go on working', async ({ launch }) => {
  const running = await launch()
  await running.main((_electron, { window }) => window.hide())
  const turns = await running.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let count = 0
        const started = performance.now()
        const timer = setInterval(() => {
          if (++count < 20) return
          clearInterval(timer)
          resolve(performance.now() - started)
        }, 50)
      }),
  )
  expect(turns).toBeLessThan(10_000) // throttled, twenty turns would take twenty seconds
})

test('a tray shows its menu, whose items can be pressed', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(({ Tray, Menu, nativeImage }) => {
    const pressed: string[] = []
    const tray = new Tray(nativeImage.createEmpty())
    const choose = (item: Electron.MenuItem) => void pressed.push(item.label)
    tray.setToolTip('tip')
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { id: 'open', label: 'Open', click: choose },
        { id: 'mute', label: 'Mute', type: 'checkbox', click: choose },
        { type: 'separator' },
        {
          label: 'Devices',
          submenu: [
            { id: 'one', label: 'One', type: 'radio', checked: true, click: choose },
            { id: 'two', label: 'Two', type: 'radio', click: choose },
          ],
        },
      ]),
    )
    const { trays } = (globalThis as unknown as { __probe: Probe }).__probe
    const { menu, toolTip } = trays[0]!
    for (const id of ['open', 'mute', 'two']) menu.getMenuItemById(id)!.click()
    const checked = ['mute', 'one', 'two'].map((id) => menu.getMenuItemById(id)!.checked)
    return { toolTip, pressed, checked, missing: menu.getMenuItemById('nothing') }
  })
  expect(seen).toEqual({
    toolTip: 'tip',
    pressed: ['Open', 'Mute', 'Two'],
    checked: [true, false, true],
    missing: null,
  })
})

test('a notification is shown, pressed and closed', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(async ({ Notification }) => {
    const heard: string[] = []
    const notification = new Notification({ title: 'Title', body: 'Body' })
    notification.on('click', () => heard.push('click'))
    notification.show()
    const shown = (globalThis as unknown as { __probe: Probe }).__probe.notifications[0]!
    shown.emit('click')
    return { heard, title: shown.title, body: shown.body, supported: typeof Notification.isSupported() }
  })
  expect(seen).toEqual({ heard: ['click'], title: 'Title', body: 'Body', supported: 'boolean' })
})

test('shortcuts, power events, blockers and flashes are there to be used', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(({ globalShortcut, powerMonitor, powerSaveBlocker }, { window }) => {
    const heard: string[] = []
    globalShortcut.register('CommandOrControl+Shift+M', () => heard.push('shortcut'))
    const { shortcuts, flashes } = (globalThis as unknown as { __probe: Probe }).__probe
    shortcuts['CommandOrControl+Shift+M']!()
    for (const name of ['suspend', 'resume', 'lock-screen'] as const) {
      powerMonitor.on(name as 'suspend', () => heard.push(name))
      powerMonitor.emit(name)
    }
    const blocker = powerSaveBlocker.start('prevent-app-suspension')
    const started = powerSaveBlocker.isStarted(blocker)
    powerSaveBlocker.stop(blocker)
    window.flashFrame(true)
    return { heard, blocked: [started, powerSaveBlocker.isStarted(blocker)], flashes }
  })
  expect(seen).toEqual({
    heard: ['shortcut', 'suspend', 'resume', 'lock-screen'],
    blocked: [true, false],
    flashes: [true],
  })
})

test('images keep their sizes by scale', async ({ launch }) => {
  const running = await launch()
  const seen = await running.app.evaluate(({ nativeImage }, pixel) => {
    const image = nativeImage.createFromDataURL(pixel)
    const empty = nativeImage.createFromPath('/no/such/file.png')
    const buffer = nativeImage.createFromBuffer(image.toPNG())
    return [image.isEmpty(), image.getSize(), empty.isEmpty(), buffer.getSize()]
  }, PIXEL)
  expect(seen).toEqual([false, { width: 1, height: 1 }, true, { width: 1, height: 1 }])
})

test('pages follow the theme that the app has chosen', async ({ launch }) => {
  const running = await launch({ colorScheme: null }) // otherwise Playwright's own scheme would win
  const isDark = () => running.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)
  for (const source of ['dark', 'light'] as const) {
    await running.app.evaluate(({ nativeTheme }, source) => void (nativeTheme.themeSource = source), source)
    await expect.poll(isDark).toBe(source === 'dark')
  }
  expect(await running.main(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(false)
})

const roundTrip = (running: Running) =>
  running.main(async ({ safeStorage }) => {
    const sealed = await safeStorage.encryptStringAsync('secret')
    const opened = await safeStorage.decryptStringAsync(sealed)
    const broken = Buffer.from(sealed)
    broken[broken.length - 1]! ^= 1
    return {
      available: await safeStorage.isAsyncEncryptionAvailable(),
      hidden: !sealed.toString('latin1').includes('secret'),
      opened,
      broken: await safeStorage.decryptStringAsync(broken).then(
        () => 'opened',
        () => 'refused',
      ),
      backend: safeStorage.getSelectedStorageBackend(),
    }
  })

test('safeStorage without a keyring says so and still seals', async ({ launch }) => {
  const running = await launch({ args: ['--password-store=basic'] })
  expect(await roundTrip(running)).toEqual({
    available: true,
    hidden: true,
    opened: { shouldReEncrypt: false, result: 'secret' },
    broken: 'refused',
    backend: 'basic_text',
  })
})

test('safeStorage with a keyring seals for this profile and after a restart', async ({ launch }) => {
  test.skip(host === 'electron', 'Playwright starts every Electron with --password-store=basic')
  const first = await launch()
  expect((await roundTrip(first)).backend).toBe('gnome_libsecret')
  const sealed = await first.main(async ({ safeStorage }) =>
    (await safeStorage.encryptStringAsync('kept')).toString('base64'),
  )
  await first.app.close()
  const open = (running: Running) =>
    running.app.evaluate(
      ({ safeStorage }, sealed) =>
        safeStorage.decryptStringAsync(Buffer.from(sealed, 'base64')).then(
          ({ result }) => result,
          () => 'refused',
        ),
      sealed,
    )
  expect(await open(await launch({ userData: first.userData }))).toBe('kept')
  expect(await open(await launch())).toBe('refused')
})

test('a utility process speaks with its parent and ends with a code', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(async (_electron, sample) => {
    const child = sample.fork({ stdio: 'pipe', env: { ...process.env, CONTRACT_CHILD: 'given' } })
    const once = (name: 'spawn' | 'message' | 'exit') =>
      new Promise<unknown>((resolve) => (child as NodeJS.EventEmitter).once(name, resolve))
    const said = new Promise<string>((resolve) =>
      child.stdout!.once('data', (chunk) => resolve(String(chunk))),
    )
    await once('spawn')
    const pid = child.pid
    const echoed = once('message')
    child.postMessage({ bytes: new Uint8Array([1, 2]) })
    const echo = (await echoed) as { echoed: { bytes: Uint8Array }; type: string }
    const exited = once('exit')
    child.postMessage('end')
    return {
      said: (await said).trim(),
      hasPid: typeof pid,
      bytes: [...echo.echoed.bytes],
      type: echo.type,
      code: await exited,
    }
  })
  expect(seen).toEqual({
    said: 'child one two given',
    hasPid: 'number',
    bytes: [1, 2],
    type: 'utility',
    code: 7,
  })
})

test('a utility process can be killed', async ({ launch }) => {
  const running = await launch()
  const ended = await running.main(async (_electron, sample) => {
    const child = sample.fork({ stdio: 'ignore' })
    await new Promise<void>((resolve) => child.once('spawn', () => resolve()))
    const exit = new Promise<number>((resolve) => child.once('exit', resolve))
    return { killed: child.kill(), code: typeof (await exit) }
  })
  expect(ended).toEqual({ killed: true, code: 'number' })
})

test('clipboard, screen and dialog answer', async ({ launch }) => {
  const running = await launch()
  const seen = await running.main(async ({ clipboard, screen, dialog }) => {
    await clipboard.writeText('copied')
    dialog.showMessageBox = async () => ({ response: 1, checkboxChecked: false })
    const { workArea } = screen.getPrimaryDisplay()
    const { response } = await dialog.showMessageBox({ message: 'really?' })
    return { text: await clipboard.readText(), wide: workArea.width > 0, response }
  })
  expect(seen).toEqual({ text: 'copied', wide: true, response: 1 })
})

test('the stand-in refuses loudly what it does not do', async ({ launch }) => {
  test.skip(host === 'electron', 'Electron does it all')
  const running = await launch()
  const refusals = await running.main((electron, { window }) => {
    const words = (run: () => unknown) => {
      try {
        return `gave ${typeof run()}`
      } catch (error) {
        return (error as Error).message
      }
    }
    return [
      words(() => window.setVibrancy(null)),
      words(() => window.webContents.debugger),
      words(() => window.webContents.session.cookies),
      words(() => electron.app.relaunch()),
      words(() => electron.autoUpdater),
      words(() => electron.safeStorage.encryptString('sync')),
      words(() => electron.BrowserWindow.fromBrowserView),
      words(() => electron.Notification.removeAll()),
      words(() => new electron.BrowserWindow({ kiosk: true })),
      words(() => new electron.BrowserWindow({ webPreferences: { nodeIntegration: true } })),
      words(() => (window as unknown as { unknownToElectron: unknown }).unknownToElectron),
    ]
  })
  expect(refusals).toEqual([
    'electron host: BrowserWindow.setVibrancy is not available',
    'electron host: WebContents.debugger is not available',
    'electron host: Session.cookies is not available',
    'electron host: app.relaunch is not available',
    'electron host: autoUpdater is not available',
    'electron host: SafeStorage.encryptString is not available',
    'electron host: BrowserWindow.fromBrowserView is not available',
    'electron host: Notification.removeAll is not available',
    'electron host: the BrowserWindow option kiosk is not available',
    'electron host: webPreferences.nodeIntegration: true is not available',
    'gave undefined',
  ])
})
