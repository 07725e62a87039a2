// Network namespaces of Linux, each a computer of its own. All that is made is made inside them, so that nothing stays
// once they are gone; those of a run that crashed are swept by the next. Needs root.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'

const registry = '/run/netns'
/** `earshot-PID-NAME`: the process that made it says whether it is still wanted. */
const nameOf = /^earshot-(\d+)-[a-z0-9]+$/

export interface Namespace {
  readonly name: string
  /** What a command line begins with that is to run in here. */
  readonly within: readonly string[]
  /** Carries out lines for `ip`, all or an error. */
  ip(...lines: readonly string[]): void
  /** The same where nothing in a line says that IPv6 is meant. */
  ip6(...lines: readonly string[]): void
  /** Replaces rules by `nft`, all at once. */
  nft(rules: string): void
  sysctl(...settings: readonly string[]): void
  /** Ends whatever runs in here, and removes it. */
  remove(): void
}

/** Why there can be no namespaces here, in one line; null when there can. Sweeps what crashed runs have left. */
export function namespaceObstacle(): string | null {
  if (process.platform !== 'linux') return 'only Linux has network namespaces'
  if (process.getuid?.() !== 0) return 'network namespaces can be made by root only'
  sweep()
  const probe = `earshot-${process.pid}-probe`
  const made = spawnSync('ip', ['netns', 'add', probe], { encoding: 'utf8' })
  if (made.status !== 0) return `this machine makes no network namespaces: ${made.stderr?.trim() || 'no ip'}`
  removeNamespace(probe)
  return null
}

/** `name` is lower case letters and digits, once for each process. Loopback is up, nothing else is there. */
export function createNamespace(name: string): Namespace {
  const full = `earshot-${process.pid}-${name}`
  run('ip', ['netns', 'add', full])
  const within = ['ip', 'netns', 'exec', full]
  const namespace: Namespace = {
    name: full,
    within,
    ip: (...lines) => run('ip', ['-n', full, '-batch', '-'], lines.join('\n')),
    ip6: (...lines) => run('ip', ['-6', '-n', full, '-batch', '-'], lines.join('\n')),
    nft: (rules) => run('ip', ['netns', 'exec', full, 'nft', '-f', '-'], rules),
    sysctl: (...settings) => run('ip', ['netns', 'exec', full, 'sysctl', '-qw', ...settings]),
    remove: () => removeNamespace(full),
  }
  namespace.ip('link set lo up')
  return namespace
}

/** A cable between two namespaces; each end is named in its own. Neither is up yet. */
export function cable(one: Namespace, oneEnd: string, other: Namespace, otherEnd: string): void {
  const ends = ['type', 'veth', 'peer', 'name', otherEnd, 'netns', other.name]
  run('ip', ['-n', one.name, 'link', 'add', oneEnd, ...ends])
}

function sweep(): void {
  if (!existsSync(registry)) return
  for (const name of readdirSync(registry)) {
    const pid = nameOf.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeNamespace(name)
  }
}

function removeNamespace(name: string): void {
  const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' })
  for (const pid of stdout?.split(/\s+/).filter(Boolean) ?? []) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It had just ended.
    }
  }
  spawnSync('ip', ['netns', 'del', name])
}

function run(command: string, args: readonly string[], input?: string): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', input })
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}\n${input ?? ''}`)
}
