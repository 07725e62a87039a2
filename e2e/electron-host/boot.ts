// Owns the start: Electron's command line, the `electron` module, -r modules, the app's main module, Chromium, "ready".
// It says on stderr the two lines for which Playwright's _electron.launch waits.
import './real-node.ts'
import { readFileSync, statSync } from 'node:fs'
import inspector from 'node:inspector'
import { createRequire, registerHooks } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { startAddressPolicy } from './address-policy.ts'
import { app, appBecameReady, appIsQuitting, describeApp } from './api/app.ts'
import { commandLine, currentSwitches, readArguments, type StartArguments } from './api/command-line.ts'
import { stopDownloads } from './api/downloads.ts'
import { serveSchemes } from './api/protocol.ts'
import { browserStarted, runningChromium } from './browser.ts'
import { startChromium } from './chromium.ts'
import { electronVersion } from './refusal.ts'

const here = import.meta.dirname
const start = readArguments(process.argv.slice(2))
if (start.app === null) {
  console.error('electron host: no app given')
  process.exit(1)
}
const appAt = path.resolve(start.app)
const appFolder = statSync(appAt).isDirectory() ? appAt : path.dirname(appAt)

becomeElectron()
applySwitches(start)
endLikeElectron()
const mainModule = findMainModule()
await runRequires(start.requires)
await import(pathToFileURL(mainModule).href)
await new Promise((resolve) => setImmediate(resolve)) // an app that quits while it loads never becomes ready
if (!appIsQuitting()) await becomeReady()

/** Gives this process the traits by which an app knows Electron's main process. */
function becomeElectron(): void {
  process.argv = [path.join(here, 'electron'), ...process.argv.slice(2)]
  process.execPath = process.argv[0]!
  const versions = { ...process.versions, electron: electronVersion, chrome: '0.0.0.0' }
  Object.defineProperty(process, 'type', { value: 'browser' })
  Object.defineProperty(process, 'defaultApp', { value: true })
  Object.defineProperty(process, 'resourcesPath', { value: path.join(here, 'resources') })
  Object.defineProperty(process, 'versions', { value: versions })
  const url = pathToFileURL(path.join(here, 'electron.ts')).href
  registerHooks({
    resolve: (specifier, context, next) =>
      /^electron(\/main|\/common)?$/.test(specifier)
        ? { url, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  })
}

function applySwitches({ switches }: StartArguments): void {
  for (const [name, value] of switches) {
    if (name === 'inspect') inspector.open(Number(value || 9229), '127.0.0.1') // says "Debugger listening on …"
    commandLine.appendSwitch(name, value)
  }
}

function endLikeElectron(): void {
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return // the app has a handler of its own
    console.error('Uncaught Exception in the main process:', error)
    app.exit(1)
  })
  // Electron warns of these and goes on; so does the host, or a window closed while it loads would look like a crash.
  process.on('unhandledRejection', (reason) =>
    console.error('Unhandled rejection in the main process:', reason),
  )
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit())
  process.on('exit', () => runningChromium()?.kill())
}

function findMainModule(): string {
  if (appFolder !== appAt) {
    describeApp({ name: 'Electron', version: electronVersion, appPath: appFolder })
    return appAt
  }
  const manifest = JSON.parse(readFileSync(path.join(appFolder, 'package.json'), 'utf8')) as {
    name?: string
    productName?: string
    version?: string
    main?: string
  }
  const { name = 'Electron', productName = name, version = '', main = 'index.js' } = manifest
  describeApp({ name: productName, version, appPath: appFolder })
  return path.resolve(appFolder, main)
}

async function runRequires(requires: string[]): Promise<void> {
  const require = createRequire(path.join(appFolder, 'package.json'))
  for (const name of requires) require(name.startsWith('.') ? path.resolve(name) : name)
  // Playwright's loader sets --password-store=basic for every app. Which of safeStorage's two back ends is tested is the
  // test's decision, on the command line; of two the later one counts, as in Chromium.
  const store = start.switches.findLast(([name]) => name === 'password-store')
  if (store) commandLine.appendSwitch(...store)
  else commandLine.removeSwitch('password-store')
}

async function becomeReady(): Promise<void> {
  const chromium = await startChromium({
    switches: currentSwitches(),
    profile: path.join(app.getPath('sessionData'), 'HostProfile'),
    hostResolverRules: await serveSchemes(),
    remoteDebuggingPort: start.switches.find(([name]) => name === 'remote-debugging-port')?.[1],
  })
  browserStarted(chromium)
  Object.assign(process.versions, { chrome: chromium.version })
  await chromium.cdp.browser.send('Target.setDiscoverTargets', { discover: true })
  await stopDownloads()
  await startAddressPolicy(chromium.cdp, path.join(app.getPath('sessionData'), 'HostAddressPolicy'))
  void chromium.cdp.whenClosed.then(() => {
    if (appIsQuitting()) return
    console.error('electron host: Chromium went away')
    app.exit(1)
  })
  if (chromium.devtoolsUrl !== null) process.stderr.write(`DevTools listening on ${chromium.devtoolsUrl}\n`)
  appBecameReady()
}
