// An X server without a screen, with a window manager in it, for windows that nobody has to see. Ended by pid.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

export type VirtualDisplay = {
  /** As in DISPLAY, e.g. `:99`. */
  display: string
  stop(): Promise<void>
}

/** Tools by which a screen is asked for its size. */
export const screenPackages = ['x11-utils']

/** openbox because a window cannot be minimised without a window manager; xdotool types as a keyboard does. */
export const displayPackages = ['xvfb', 'openbox', 'xdotool', ...screenPackages]

const startTimeoutMs = 20_000

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function end(child: ChildProcess): Promise<void> {
  if (ended(child)) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGTERM')
  await gone
}

/** The server picks a free number itself and writes it to the descriptor: no race for a number. */
function displayNumber(server: ChildProcess): Promise<string> {
  const pipe = server.stdio[3] as Readable
  return new Promise((resolve, reject) => {
    let text = ''
    pipe.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.endsWith('\n')) resolve(text.trim())
    })
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code} before it had a display`)))
    setTimeout(() => reject(new Error('Xvfb did not open a display')), startTimeoutMs).unref()
  })
}

/** A window manager that answers writes this property on the root window. */
async function untilManaged(env: NodeJS.ProcessEnv, manager: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + startTimeoutMs
  while (!ended(manager) && Date.now() < deadlineMs) {
    const { stdout } = spawnSync('xprop', ['-root', '_NET_SUPPORTING_WM_CHECK'], { env, encoding: 'utf8' })
    if (stdout?.includes('window id')) return
    await delay(50)
  }
  throw new Error('openbox did not start to manage windows')
}

/** Starts Xvfb and openbox, both from PATH. Throws if either does not come up. */
export async function startVirtualDisplay(): Promise<VirtualDisplay> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const children = [server]
  // A script that dies of an exception must not leave an X server behind.
  const killAll = () => children.forEach((child) => child.kill('SIGKILL'))
  process.once('exit', killAll)
  const stop = async () => {
    // The window manager first: it complains when its server goes away.
    for (const child of [...children].reverse()) await end(child)
    process.removeListener('exit', killAll)
  }
  try {
    const display = `:${await displayNumber(server)}`
    const env = { ...process.env, DISPLAY: display }
    const manager = spawn('openbox', [], { env, stdio: 'ignore' })
    manager.on('error', () => undefined)
    children.push(manager)
    await untilManaged(env, manager)
    return { display, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
