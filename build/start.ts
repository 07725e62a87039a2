// `npm start`: opens the app for a person, on real Electron with its sandbox or not at all. Arguments are passed on.
// It must not know the stand-in that tests and the demo use.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { ensureBuilt } from './app-build.ts'
import { electronBinary, fetchElectron, missingLibraries } from './electron-binary.ts'
import { startObstacle } from './start-obstacle.ts'
import type { StartFacts } from './start-obstacle.ts'

const root = join(import.meta.dirname, '..')
const say = (line: string) => console.log(line)
const fetchTimeoutMs = 15 * 60_000

/** Kernel switches by which distributions take user namespaces from ordinary users; an absent file means allowed. */
function userNamespaces(): boolean {
  const is = (path: string, value: string) => existsSync(path) && readFileSync(path, 'utf8').trim() === value
  return !(
    is('/proc/sys/kernel/unprivileged_userns_clone', '0') ||
    is('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1') ||
    is('/proc/sys/user/max_user_namespaces', '0')
  )
}

function sandboxHelper(binary: string): StartFacts['sandboxHelper'] {
  const path = join(dirname(binary), 'chrome-sandbox')
  if (!existsSync(path)) return undefined
  const { uid, mode } = statSync(path)
  return { path, isSetuidRoot: uid === 0 && (mode & 0o7777) === 0o4755 }
}

function startFacts(binary: string | undefined): StartFacts {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  return {
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    hasDisplay: Boolean(DISPLAY || WAYLAND_DISPLAY),
    userNamespaces: userNamespaces(),
    sandboxHelper: binary === undefined ? undefined : sandboxHelper(binary),
    missingLibraries: binary === undefined ? [] : missingLibraries(binary),
  }
}

/** Runs the app until it ends and answers its exit code, 128 + n for a signal as a shell does. */
function run(binary: string): Promise<number> {
  const env = { ...process.env }
  delete env.ELECTRON_OVERRIDE_DIST_PATH
  delete env.ELECTRON_RUN_AS_NODE
  const app = spawn(binary, [root, ...process.argv.slice(2)], { cwd: root, env, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.kill(signal))
  return new Promise((resolve, reject) => {
    app.on('error', reject)
    app.on('close', (code, signal) => resolve(signal ? 128 + constants.signals[signal] : (code ?? 1)))
  })
}

async function start(): Promise<number> {
  // What no download can help with is said before a download.
  const early = startObstacle(startFacts(electronBinary(root)))
  if (early) {
    console.error(early)
    return 1
  }
  const binary = electronBinary(root) ?? (await fetchElectron({ root, timeoutMs: fetchTimeoutMs, say }))
  if (binary === undefined) {
    console.error(
      'Earshot needs Electron, and its download cannot be reached from here: connect to the internet, or set ELECTRON_MIRROR, and run `npm start` again.',
    )
    return 1
  }
  const obstacle = startObstacle(startFacts(binary))
  if (obstacle) {
    console.error(obstacle)
    return 1
  }
  await ensureBuilt(root, say)
  return run(binary)
}

process.exitCode = await start().catch((error: Error) => {
  console.error(`Earshot could not be started: ${error.message}.`)
  return 1
})
