// Finds or fetches what the built app runs on in tests and in the demo: real Electron where it can be had, else the
// stand-in on a Chromium. The one place that installs anything; it knows nothing of the app.
import { join } from 'node:path'
import {
  electronBinary,
  electronVersion,
  fetchElectron,
  missingLibraries,
} from '../../build/electron-binary.ts'
import { electronDebianPackages } from '../../build/start-obstacle.ts'
import { findChromium } from './chromium-binary.ts'
import { installPackages, isDebian, type Say } from './debian.ts'
import {
  displayPackages,
  screenPackages,
  startVirtualDisplay,
  type VirtualDisplay,
} from './virtual-display.ts'

export type Runtime = {
  host: 'electron' | 'chromium stand-in'
  /** Of Electron, or of the Chromium in its place. */
  version: string
  /** What to add to the environment of whatever starts the app. */
  env: Record<string, string>
  /** The X display the windows are on; undefined when headless or when the platform has no X. */
  display: string | undefined
  /** Ends what was started here. Safe to call twice. */
  stop(): Promise<void>
}

export type RuntimeOptions = {
  /** Whether anything may be downloaded or installed. */
  allowInstall: boolean
  /** Show windows on DISPLAY, or on a virtual display if there is none. Electron always has windows. */
  headed?: boolean
  env?: NodeJS.ProcessEnv
  say?: Say
}

/** Nothing to run the app on; the message is one sentence for the person, no stack needed. */
export class MissingRuntime extends Error {
  override name = 'MissingRuntime'
}

const root = join(import.meta.dirname, '../..')
const electronFetchTimeoutMs = 5 * 60_000
// The verification code is shown as emoji, and pictures of the app are taken: a bare machine would show boxes.
const fontPackages = ['fonts-noto-color-emoji', 'fonts-dejavu-core']

type Context = { allowInstall: boolean; headed: boolean; env: NodeJS.ProcessEnv; say: Say }

const install = async (context: Context, packages: readonly string[]) =>
  context.allowInstall ? installPackages(packages, context.say) : false

async function openDisplay(context: Context): Promise<VirtualDisplay> {
  const existing = context.env['DISPLAY']
  if (existing) {
    await install(context, screenPackages)
    return { display: existing, stop: async () => undefined }
  }
  await install(context, displayPackages)
  try {
    const virtual = await startVirtualDisplay()
    context.say(`Display ${virtual.display}: Xvfb with openbox`)
    return virtual
  } catch (error) {
    throw new MissingRuntime(
      `There is no display and none could be started (${(error as Error).message}): set DISPLAY, or install ${displayPackages.join(', ')}.`,
    )
  }
}

/** Real Electron, or undefined if it cannot be had here. */
async function electronRuntime(context: Context): Promise<Runtime | undefined> {
  const fetched = async () =>
    context.allowInstall
      ? fetchElectron({ root, timeoutMs: electronFetchTimeoutMs, say: context.say })
      : undefined
  const binary = electronBinary(root) ?? (await fetched())
  if (binary === undefined) return undefined
  if (missingLibraries(binary).length > 0) await install(context, electronDebianPackages)
  const missing = missingLibraries(binary)
  if (missing.length > 0) {
    context.say(`  Electron is here but cannot run: ${missing.join(', ')} missing`)
    return undefined
  }
  const x11 = process.platform === 'linux' ? await openDisplay(context) : undefined
  return {
    host: 'electron',
    version: electronVersion(root),
    env: { E2E_HOST: 'electron', ...(x11 ? { DISPLAY: x11.display } : {}) },
    display: x11?.display,
    stop: async () => x11?.stop(),
  }
}

/** The stand-in, or undefined without a Chromium that runs. */
async function standInRuntime(context: Context): Promise<Runtime | undefined> {
  if (!findChromium(context.env)) await install(context, ['chromium'])
  const chromium = findChromium(context.env)
  if (chromium === undefined) return undefined
  const x11 = context.headed ? await openDisplay(context) : undefined
  const window: Record<string, string> = x11
    ? { ELECTRON_HOST_HEADLESS: '0', DISPLAY: x11.display }
    : { ELECTRON_HOST_HEADLESS: '1' }
  return {
    host: 'chromium stand-in',
    version: chromium.version,
    env: { E2E_HOST: 'chromium', ELECTRON_HOST_CHROMIUM: chromium.path, ...window },
    display: x11?.display,
    stop: async () => x11?.stop(),
  }
}

const advice =
  'install a Chromium and run this again (on Debian: `sudo apt-get install chromium fonts-noto-color-emoji`), or let Electron be downloaded from github.com.'

/**
 * Answers something to run the app on, having said in a line each what it did for that. E2E_HOST=electron|chromium in
 * the environment forces a kind; pass `runtime.env` on, so that nothing below tries the same again.
 * Throws MissingRuntime where there is nothing.
 */
export async function ensureRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { allowInstall, headed = false, env = process.env, say = console.log } = options
  const context: Context = { allowInstall, headed, env, say }
  const forced = env['E2E_HOST']
  if (forced !== undefined && forced !== 'electron' && forced !== 'chromium') {
    throw new MissingRuntime(`E2E_HOST is either electron or chromium, not ${forced}.`)
  }
  if (!(await install(context, fontPackages)) && allowInstall && isDebian()) {
    say(`Without ${fontPackages.join(' and ')} emoji may show as boxes in pictures.`)
  }
  const orStandIn = (error: unknown) => {
    if (forced || !(error instanceof MissingRuntime)) throw error
    say(error.message)
    return undefined
  }
  const runtime =
    (forced === 'chromium' ? undefined : await electronRuntime(context).catch(orStandIn)) ??
    (forced === 'electron' ? undefined : await standInRuntime(context))
  if (runtime === undefined) {
    throw new MissingRuntime(
      forced === 'electron'
        ? 'Electron is asked for by E2E_HOST, and it is not here and cannot be fetched or started.'
        : `There is neither Electron nor a Chromium here: ${advice}`,
    )
  }
  say(`host: ${runtime.host} (${runtime.version})${runtime.display ? ` on display ${runtime.display}` : ''}`)
  return runtime
}
