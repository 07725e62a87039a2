// Installs Debian packages for tests and the demo: only as root, only what is missing, without a question, a line for
// each step. It knows no package by name.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

export type Say = (line: string) => void

const aptEnv = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }
let listsAreFresh = false

/** True on Debian itself; its derivatives name packages differently (Ubuntu's `chromium` is a snap). */
export function isDebian(): boolean {
  if (!existsSync('/etc/os-release')) return false
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** The packages of the list that are not installed. Debian 13 has some libraries under a name that ends in `t64`. */
function missingPackages(names: readonly string[]): string[] {
  return names.filter((name) => {
    const query = ['-W', '-f', '${db:Status-Status}\n', name, `${name}t64`]
    return !/^installed$/m.test(spawnSync('dpkg-query', query, { encoding: 'utf8' }).stdout ?? '')
  })
}

/** Runs apt-get quietly, with a line every ten seconds; answers its last words if it failed. */
async function aptGet(args: readonly string[], say: Say): Promise<string | undefined> {
  const startedMs = Date.now()
  const apt = spawn(
    'apt-get',
    ['-y', '-q', '-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=2', ...args],
    {
      env: aptEnv,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  const keep = (text: string) => (output = (output + text).slice(-4_000))
  apt.stdout.setEncoding('utf8').on('data', keep)
  apt.stderr.setEncoding('utf8').on('data', keep)
  const progress = setInterval(() => {
    const last = output.trim().split('\n').at(-1) ?? ''
    say(`  … ${Math.round((Date.now() - startedMs) / 1000)} s: ${last.slice(0, 80)}`)
  }, 10_000)
  const code = await new Promise<number | null>((resolve) => {
    apt.on('close', resolve)
    apt.on('error', (error) => {
      keep(error.message)
      resolve(1)
    })
  }).finally(() => clearInterval(progress))
  return code === 0 ? undefined : output.trim().split('\n').slice(-3).join(' | ')
}

/** The names under which this Debian offers the packages. */
function offered(names: readonly string[]): string[] {
  const all =
    spawnSync('apt-cache', ['pkgnames'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout ?? ''
  const known = new Set(all.split('\n'))
  return names.map((name) => (known.has(`${name}t64`) ? `${name}t64` : name))
}

/**
 * Installs what is missing of the list and answers whether all of it is there at the end.
 * Where that is not possible (not Debian, not root, no network) nothing is thrown: the caller knows what it can do without.
 */
export async function installPackages(names: readonly string[], say: Say): Promise<boolean> {
  const missing = isDebian() ? missingPackages(names) : [...names]
  if (missing.length === 0) return true
  if (!isDebian() || !isRoot()) return false
  if (!listsAreFresh) {
    say('Updating the package lists by apt-get …')
    const failure = await aptGet(['update'], say)
    if (failure !== undefined) say(`  apt-get update failed: ${failure}`)
    listsAreFresh = true
  }
  say(`Installing by apt-get: ${missing.join(' ')} …`)
  const startedMs = Date.now()
  const failure = await aptGet(['install', '--no-install-recommends', ...offered(missing)], say)
  if (failure !== undefined) say(`  apt-get install failed: ${failure}`)
  else say(`  installed in ${Math.round((Date.now() - startedMs) / 1000)} s`)
  return missingPackages(names).length === 0
}
