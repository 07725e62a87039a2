// Composition root: what there is once Electron is ready, in which order it starts, and who gets what of whom.
// Decides nothing of its own. One long function on purpose: the order is what is to be read here.
import { randomBytes } from 'node:crypto'
import { networkInterfaces, release } from 'node:os'
import { join } from 'node:path'
import {
  BrowserWindow,
  Notification,
  app,
  clipboard,
  desktopCapturer,
  globalShortcut,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  systemPreferences,
} from 'electron'
import { PhoneError } from '../contract/errors.ts'
import type { CallCommand, DeviceMove } from '../contract/ipc.ts'
import type { DeviceWish } from '../contract/settings.ts'
import type { Rng } from '../sp1/encode.ts'
import { addressPolicyFor } from './address-policy.ts'
import { appScheme, createAppProtocol } from './app-protocol.ts'
import { createHush } from './call/hush.ts'
import { createRateLimit } from './call/rate-limit.ts'
import { createRefusalGuard } from './call/refusal-guard.ts'
import { startCalls } from './calls.ts'
import { createChatKeeping } from './chat/chat-keeping.ts'
import { createChatLinks } from './chat/chat-links.ts'
import { systemClock } from './clock.ts'
import type { CommandLine } from './command-line.ts'
import { createControl } from './control/control.ts'
import { cryptoFaults } from './crypto-check.ts'
import { createAutostart } from './desktop/autostart.ts'
import { confirmInDialog } from './desktop/confirm.ts'
import { createContentProtection, protectionOffer } from './desktop/content-protection.ts'
import { currentTray, followViews, isActive } from './desktop/desktop.ts'
import { parseLink, readForm } from './desktop/deep-link.ts'
import { fileDialogs } from './desktop/file-dialogs.ts'
import { createIncomingAlert } from './desktop/incoming-alert.ts'
import { createNotifications } from './desktop/notifications.ts'
import { createPower } from './desktop/power.ts'
import { createQuit, type Question } from './desktop/quit.ts'
import { createScreenLock } from './desktop/screen-lock.ts'
import { createScreens } from './desktop/screens.ts'
import { createScreenFrame } from './desktop/screen-frame.ts'
import { createScreenPicker, isWayland } from './desktop/screen-picker.ts'
import { speak, strings } from './desktop/strings.ts'
import type { TrayAction } from './desktop/tray-model.ts'
import { findTrayHost, outOfSight } from './desktop/tray-host.ts'
import { createTray } from './desktop/tray.ts'
import { createPlaceFile, placeOn } from './desktop/window-place.ts'
import { createWindows } from './desktop/windows.ts'
import { createDevices, prefer } from './devices.ts'
import { createEmbeddedServer, isEarshotAt } from './embedded-server.ts'
import { createForgetting } from './forgetting.ts'
import { createFrameTest } from './frame-test.ts'
import { unseenMissed } from './history.ts'
import { createRegistry } from './ipc-registry.ts'
import { languageFor } from './language.ts'
import { push, serveRequests } from './ipc-server.ts'
import { traceOf, type Log } from './log.ts'
import { guardPermissions } from './permissions.ts'
import { createNetworkWatch } from './network-watch.ts'
import { openPhone, type Phone } from './phone.ts'
import { saveQuality } from './quality-export.ts'
import { createRehearsal } from './rehearsal.ts'
import { createActions } from './requests.ts'
import { createRingtones } from './ringtones.ts'
import { createSafekeeping } from './safekeeping.ts'
import { createServerChoice } from './server-choice.ts'
import { forkServer } from './server-process.ts'
import { createSettings } from './settings.ts'
import { recognised } from './trust/contacts.ts'
import { createVault, type OwnIdentity } from './trust/vault.ts'
import { createReaders, type StartUp } from './view-readers.ts'
import { createViews, slicesOf } from './views.ts'

export interface Earshot {
  showWindow(): void
  openLink(link: string): void
}

const rng: Rng = (length) => new Uint8Array(randomBytes(length))
const nowMs = systemClock.now
const after = (ms: number) => new Promise<void>((resolve) => void systemClock.after(ms, resolve))

/** Never goes back. */
const steadyMs = () => performance.now()

const serverPatienceMs = 10_000
const goodbyePatienceMs = 2_500
const wakeUpsPerMinute = 6

export function startEarshot(start: { folder: string; commandLine: CommandLine; log: Log }): Earshot {
  const { folder, commandLine, log } = start
  let phone: Phone | null = null
  let startUp: StartUp = 'opening'
  let deviceTest = false
  let codeScan = false
  const refused = new Map<string, number>()
  const count = (code: string) => void refused.set(code, (refused.get(code) ?? 0) + 1)

  // ---- what is kept
  const settings = createSettings({ folder, nowMs })
  const spokenLanguage = () => languageFor(settings.get().language, app.getPreferredSystemLanguages())
  speak(spokenLanguage())
  const devices = createDevices(
    () => settings.get().devices,
    () => settings.get().ringOutputs,
    {
      current() {
        const call = views.read('call')
        return call.phase !== 'idle' && isActive(call) ? call.callId : null
      },
      clock: systemClock,
    },
  )
  const preferDevice = (role: DeviceMove['role'], wish: DeviceWish) => {
    const wishes = settings.get().devices
    settings.change({ devices: { ...wishes, [role]: prefer(wishes[role], wish) } })
  }
  const hush = createHush({ wish: settings.get, clock: systemClock })
  const screenLock = createScreenLock({
    monitor: powerMonitor,
    clock: systemClock,
    matters: () => settings.get().hideNamesWhenLocked && isActive(views.read('call')),
  })
  const contentProtection = createContentProtection({
    offer: protectionOffer(process.platform, release()),
    wish: () => settings.get().contentProtection,
    windows: () => BrowserWindow.getAllWindows(),
    onWindow: (listener) => app.on('browser-window-created', (_event, window) => listener(window)),
    onChange: () => views.changed('app'),
  })
  const power = createPower(powerSaveBlocker)
  const ringtones = createRingtones({ folder, settings, soundToRead: fileDialogs.soundToRead })
  const rehearsal = createRehearsal({ clock: systemClock, inCall: () => isActive(views.read('call')) })
  const frameTest = createFrameTest({ version: app.getVersion(), settings })
  const check = () => {
    const faults = cryptoFaults()
    for (const name of faults) log.note('crypto-fault', { name })
    return faults
  }
  const vault = createVault({ folder, keyring: safeStorage, rng, nowMs, check })
  const forgetting = createForgetting({
    clock: systemClock,
    steadyMs,
    wanted: () => settings.get().forgetCalls,
    history: () => phone?.forgetful ?? null,
  })
  const embedded = createEmbeddedServer({ fork: forkServer, isEarshot: isEarshotAt })

  // ---- what is seen
  const views = createViews(
    createReaders({
      version: app.getVersion(),
      profile: commandLine.profile,
      settings,
      spokenLanguage,
      devices,
      vault,
      embedded,
      startUp: () => startUp,
      frameTest,
      hush,
      screenLock,
      contentProtection,
      rehearsal,
      ringtones,
      control: () => ({ ...control.view(), startAtLoginFailed: autostart.failed() }),
      phone: () => phone,
    }),
    (view, role) => push(windows.pageOf(role), 'view', view),
  )

  protocol.handle(appScheme, createAppProtocol({ root: join(import.meta.dirname, '../renderer'), rng }))
  guardPermissions(session.defaultSession, {
    isMainWindow: (webContents) => windows.roleOf(webContents) === 'main',
    mediaAllowed: (kind) =>
      deviceTest ||
      isActive(views.read('call')) ||
      (codeScan && kind === 'video') ||
      // A page that may not hear may not choose where it is heard either.
      (rehearsal.tone() !== null && kind === 'audio'),
    isMainFrame: (frame) => frame !== null && frame === windows.pageOf('main')?.mainFrame,
    takeScreen: () => screenPicker.take(),
  })

  const forgetPage = () => {
    deviceTest = false
    codeScan = false
    screens.pageGone()
    control.pageGone()
    chatKeeping.pageGone()
    phone?.calls.pageGone()
  }
  const chatKeeping = createChatKeeping({
    chat: () => phone?.calls.chat ?? null,
    dialogs: fileDialogs,
    peerName() {
      const call = views.read('call')
      return (call.phase !== 'idle' && call.peer.name) || strings.unknownCaller
    },
    nowMs,
  })
  const placeFile = createPlaceFile(folder)
  const windows = createWindows({
    // macOS starts what is in its list without our words.
    hidden:
      commandLine.hidden || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin),
    place: placeOn(
      placeFile.read(),
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    onPlace: placeFile.keep,
    outOfSight: async () => outOfSight(await findTrayHost(process.platform)),
    theme: settings.get().theme,
    onHidden(how) {
      if (settings.get().trayExplained) return
      settings.change({ trayExplained: true })
      const { tray, trayBody, minimised, minimisedBody } = strings.notification
      if (how === 'hide') notifications.say(tray, trayBody)
      else notifications.say(minimised, minimisedBody)
    },
    onSight: power.sight,
    onPageBegins: forgetPage,
    onPageGone(reason) {
      log.note('page-gone', { reason })
      forgetPage()
    },
  })
  const screens = createScreens({
    showWindow: windows.showMain,
    send: (screen) => push(windows.pageOf('main'), 'show', screen),
    readLink: (link) => recognised(parseLink(link), phone?.contacts ?? null),
  })
  const showApp = () =>
    unseenMissed(views.read('history')) > 0 ? screens.show({ screen: 'history' }) : windows.showMain()
  const notifications = createNotifications({
    make: (words) => new Notification(words),
    onClick: showApp,
    isHushed: (address) => phone?.calls.isHushed(address) ?? false,
  })
  const alert = createIncomingAlert({
    open: windows.openAlert,
    close: windows.closeAlert,
    after: systemClock.after,
    nowMs: steadyMs,
  })

  const screenPicker = createScreenPicker({
    capturer: desktopCapturer,
    systemPicks: process.platform === 'linux' && isWayland(process.env),
    // Asked while denied, macOS gives black pictures or worse.
    isForbidden: () =>
      process.platform === 'darwin' &&
      ['denied', 'restricted'].includes(systemPreferences.getMediaAccessStatus('screen')),
    open: () => windows.openPicker(() => screenPicker.windowClosed()),
    close: windows.closePicker,
    lendGesture: windows.lendGesture,
    onChosen: (callId, what) => phone?.calls.screen.chosen(callId, what),
    onNotChosen: (callId, problem) => phone?.calls.screen.notChosen(callId, problem),
  })

  const screenFrame = createScreenFrame({
    shared: () =>
      screen.getAllDisplays().find(({ id }) => String(id) === screenPicker.displayId())?.bounds ?? null,
    showBar: windows.showBar,
  })

  // ---- who gives orders: page, alert window, tray, a key of the desktop and the command line say the same words
  const control = createControl({
    folder,
    clock: systemClock,
    steadyMs,
    views: () => views,
    settings: settings.get,
    shortcuts: globalShortcut,
    async carryOut(order: CallCommand): Promise<void> {
      if (!phone) throw new PhoneError('not-ready')
      if (order.type === 'answer') windows.showMain()
      await phone.calls.command(order)
    },
    readForm: (text) => recognised(readForm(text), phone?.contacts ?? null),
    showForm: (form) => screens.show({ screen: 'contact', form }),
    showWindow: windows.showMain,
    onChange: () => views.changed('control'),
    count,
    onBug: (error) => log.note('bug', traceOf(error)),
  })
  const autostart = createAutostart({
    platform: process.platform,
    profile: commandLine.profile,
    // An AppImage is mounted anew at each start; its file is named by what mounts it.
    command: app.isPackaged
      ? [process.env['APPIMAGE'] ?? process.execPath]
      : [process.execPath, app.getAppPath()],
    configFolder: app.getPath('appData'),
    setLoginItem: (item) => app.setLoginItemSettings(item),
    wanted: () => settings.get().startAtLogin,
    onChange: () => views.changed('control'),
  })
  const onTrayAction = (action: TrayAction) => {
    switch (action.type) {
      case 'command':
        // The menu may be older than the call; the engine knows, and the next menu shows it.
        return void control.command(action.command).catch(() => undefined)
      case 'choose':
        return preferDevice(action.role, action.wish)
      case 'be':
        return settings.change({ availability: action.availability })
      case 'open':
        return showApp()
      case 'lock':
        // Whoever is asked something already has that to answer first.
        return void safekeeping.lockNow().catch(() => undefined)
      case 'quit':
        return app.quit()
    }
  }
  const tray = createTray({
    imageFolder: join(app.getAppPath(), 'build/tray'),
    first: currentTray(views),
    onAction: onTrayAction,
  })
  views.onChange((slice) => {
    if (slice === 'devices') phone?.calls.devicesChanged()
    if (slice !== 'call') return
    // A call has the ring for itself.
    if (isActive(views.read('call'))) rehearsal.stop()
    control.look()
    screenLock.look()
    network.callChanged()
  })
  followViews(views, {
    tray,
    alert,
    notifications,
    power,
    screenPicker,
    screenFrame,
    windows,
  })

  const lookAtAddresses = async () => windows.setAddressPolicy(await addressPolicyFor(networkInterfaces()))
  void lookAtAddresses()

  // ---- what waits for an identity
  const openWith = (identity: OwnIdentity): Promise<Phone> =>
    openPhone({
      identity,
      folder,
      rng,
      nowMs,
      startCalls: (parts) =>
        startCalls({
          ...parts,
          clock: systemClock,
          rng,
          ownName: () => settings.get().name,
          wishes: settings.get,
          isHushed: () => hush.now() !== null,
          tonePlays: ringtones.plays,
          padPictures: () => settings.get().padPictures,
          chosenDevices: () => devices.view().chosen,
          framesWork: () => frameTest.state() === 'passed',
          send(name, value) {
            // In time for the link that this is the beginning of: before it are somebody who answers, or the microphone and the peer.
            if (name === 'link.warm' || name === 'link.prepare') void lookAtAddresses()
            push(windows.pageOf('main'), name, value)
          },
          count,
        }),
      chooseServer: (connection) =>
        createServerChoice({ connection, embedded, settings, patience: () => after(serverPatienceMs) }),
      onRestored: settings.change,
      confirm: confirmInDialog,
    })
  const openOnce = async (): Promise<void> => {
    const identity = vault.identity()
    if (!identity || phone) return
    phone = await openWith(identity).catch((error: unknown) => {
      startUp = 'failed'
      views.changed('app')
      throw error
    })
    startUp = 'opened'
    forgetting.look()
    phone.contacts.onChange(() => views.changed('contacts', 'blocked', 'history', 'call', 'warnings'))
    phone.presence.onChange(() => views.changed('contacts'))
    phone.warnings.onChange(() => views.changed('warnings', 'call'))
    phone.history.onChange(() => views.changed('history'))
    phone.calls.onChange(() => views.changed('call'))
    phone.calls.chat.onChange(() => views.changed('chat'))
    phone.reach.onChange(() => views.changed('relay', 'call'))
    phone.server.onChange(() => views.changed('server', 'identity'))
    for (const name of phone.setAside) log.note('set-aside', { name })
    views.changed('server', 'relay', 'app', 'identity', 'contacts', 'blocked', 'history', 'call', 'warnings')
    // A server that does not answer now is tried again; the view says so meanwhile.
    void phone.server.resume().catch(() => undefined)
  }

  let opening: Promise<void> = Promise.resolve()
  /** In turn, so that two requests at once open one phone. */
  const open = (): Promise<void> => {
    opening = opening.catch(() => undefined).then(openOnce)
    return opening.finally(() => views.changed('app'))
  }
  const safekeeping = createSafekeeping({
    folder,
    vault,
    settings,
    phone: () => phone,
    openPhone: open,
    async closePhone() {
      await phone?.close(after(goodbyePatienceMs))
      phone = null
    },
    onLocked() {
      views.changed(...slicesOf('main'))
      windows.restartPage()
    },
    async onErased() {
      embedded.stop()
      startUp = 'opened'
      // What it said of where it is was among the files.
      void control.open()
      await session.defaultSession.clearStorageData().catch(() => undefined)
      views.changed(...slicesOf('main'))
      windows.restartPage()
    },
    dialogs: fileDialogs,
    confirm: confirmInDialog,
    rng,
    nowMs,
  })

  settings.onChange(() => {
    speak(spokenLanguage())
    contentProtection.look()
    views.changed('settings', 'ringing', 'devices', 'identity', 'call')
    phone?.calls.settingsChanged()
    phone?.calls.quietChanged()
    control.look()
    screenLock.look()
    autostart.look()
    forgetting.look()
  })
  hush.onChange(() => {
    views.changed('ringing')
    phone?.calls.quietChanged()
  })
  screenLock.onChange(() => views.changed('ringing'))
  rehearsal.onChange(() => views.changed('ringing'))
  ringtones.onChange(() => views.changed('ringing', 'call'))
  frameTest.onChange(() => views.changed('app'))
  devices.onChange(() => views.changed('devices'))
  embedded.onChange(() => views.changed('server'))
  // After another network a connection may look open and be dead, so it is made anew; a sleep may have been a journey.
  const network = createNetworkWatch({
    interfaces: networkInterfaces,
    clock: systemClock,
    inCall: () => isActive(views.read('call')),
    // First the addresses: a connection that only rings so far is made anew.
    onChange: (online) => void lookAtAddresses().finally(() => phone?.calls.networkChanged(online)),
  })
  // SECURITY: the page's word alone, and each time costs a server connections.
  const wakeUps = createRateLimit(wakeUpsPerMinute, systemClock)
  const refusals = createRefusalGuard(count)
  powerMonitor.on('resume', () => {
    phone?.calls.networkChanged(network.online())
    void phone?.server.resume().catch(() => undefined)
  })

  const chatLinks = createChatLinks({
    confirm: confirmInDialog,
    openExternal: (url) => shell.openExternal(url),
  })
  const registry = createRegistry({
    actions: createActions({
      views,
      safekeeping,
      settings,
      ringtones,
      rehearsal,
      devices,
      screenPicker,
      alert,
      command: control.command,
      phone: () => phone,
      frameTest,
      onNetworkBack: () =>
        refusals(() => {
          wakeUps.count()
          phone?.calls.networkChanged(network.online())
        }),
      preferDevice,
      isDeviceTest: () => deviceTest,
      setDeviceTest: (on) => {
        deviceTest = on
      },
      setCodeScan: (on) => {
        codeScan = on
      },
      chatKeeping,
      chatLinks,
      saveQuality: (text) => saveQuality(text, fileDialogs),
      quit: () => app.quit(),
      writeClipboard: (text) => clipboard.writeText(text),
      onPageReady(role) {
        if (role !== 'main') return
        screens.pageReady()
        phone?.calls.pageReady()
      },
    }),
    onRefused: count,
    onBug: (error) => log.note('bug', traceOf(error)),
  })
  serveRequests(registry, windows.roleOf)

  // ---- how it ends
  const quit = createQuit({
    questions: (): readonly Question[] => {
      const { guests } = embedded.view()
      const inCall = { message: strings.quit.inCall, detail: strings.quit.inCallDetail }
      const hosting = { message: strings.quit.hosting(guests), detail: strings.quit.hostingDetail }
      return [...(isActive(views.read('call')) ? [inCall] : []), ...(guests > 0 ? [hosting] : [])]
    },
    confirm: confirmInDialog,
    async leave() {
      if (refused.size > 0) log.note('refused', Object.fromEntries(refused))
      await Promise.all([phone?.calls.leave(), control.close()])
      embedded.stop()
    },
    patience: () => after(goodbyePatienceMs),
  })
  let leaving = false
  app.on('before-quit', (event) => {
    if (leaving) return
    event.preventDefault()
    void quit.ask().then((mayEnd) => {
      if (!mayEnd) return
      leaving = true
      windows.allowClose()
      app.quit()
    })
  })

  // ---- and off: the keyring may ask the person first, and the window is there meanwhile
  const begin = async () => {
    await vault.open()
    startUp = 'opened'
    await open().catch((error: unknown) => log.note('bug', traceOf(error)))
    views.changed('app')
  }
  void begin()
  void control.open()
  autostart.look()
  log.note('started')
  if (commandLine.link !== null) screens.openLink(commandLine.link)
  return { showWindow: showApp, openLink: screens.openLink }
}
