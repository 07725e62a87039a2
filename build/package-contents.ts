// What belongs in a packed Earshot and what does not, judged from a list of paths. Pure: it reads no disk.

export type Verdict = { unexpected: string[]; missing: string[] }

const ownFiles = [
  /^package\.json$/,
  /^out\/main\/(?:chunks\/)?[\w.-]+\.js$/,
  /^out\/preload\/index\.cjs$/,
  /^out\/renderer\/(?:index|alert|picker)\.html$/,
  /^out\/renderer\/assets\/[\w.-]+\.(?:js|css|svg|png|woff2|wav|mp3|ogg|webp)$/,
  /^build\/tray\/[\w@-]+\.png$/,
]

/** Sources, tests, maps and vectors: of no use to the app and of much use to whoever looks for a way in. */
const neverPacked =
  /\.(?:map|ts|mts|cts|vue|tsbuildinfo|spec\.\w+|test\.\w+)$|(?:^|\/)(?:__tests__|tests?|specs?|vectors)\//

/** The package a path under node_modules belongs to: the innermost one, with its scope. */
function packageOf(path: string): string | undefined {
  const inner = path.split('node_modules/').at(-1)
  if (inner === undefined || inner === path) return undefined
  return /^((?:@[^/]+\/)?[^/]+)\/./.exec(inner)?.[1]
}

function belongs(path: string, production: ReadonlySet<string>): boolean {
  if (neverPacked.test(path)) return false
  const owner = packageOf(path)
  if (owner !== undefined) return production.has(owner)
  return ownFiles.some((pattern) => pattern.test(path))
}

/**
 * Paths are relative to the packed app's root, with forward slashes and without a leading one; `production` names the
 * packages that may be inside, `needed` the paths that have to be.
 */
export function judgeContents(
  paths: readonly string[],
  production: ReadonlySet<string>,
  needed: readonly string[],
): Verdict {
  const packed = new Set(paths)
  return {
    unexpected: paths.filter((path) => !belongs(path, production)),
    missing: needed.filter((path) => !packed.has(path)),
  }
}

/** The packages that a piece of built code imports by name and expects to find in node_modules. */
export function importedPackages(code: string): Set<string> {
  const names = new Set<string>()
  const specifiers = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*["']([^"'.][^"']*)["']/g
  for (const [, specifier = ''] of code.matchAll(specifiers)) {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0]
    if (name && !specifier.startsWith('node:') && name !== 'electron') names.add(name)
  }
  return names
}

export type Lockfile = { packages: Record<string, { dev?: boolean; devOptional?: boolean }> }

/** Packages that npm counts as needed but that hold types only (`typescript` is a peer of a schema library). */
const typesOnly = /^(?:@types\/.+|undici-types|type-fest|tagged-tag|typescript)$/

/** Names of everything in package-lock.json that runs in the app, in full depth. */
export function productionPackages(lockfile: Lockfile): Set<string> {
  const names = new Set<string>()
  for (const [path, entry] of Object.entries(lockfile.packages)) {
    const name = path.split('node_modules/').at(-1)
    if (name && !entry.dev && !entry.devOptional && !typesOnly.test(name)) names.add(name)
  }
  return names
}

type AsarNode = { files?: Record<string, AsarNode> }

/**
 * Lists the files of an asar archive from its first bytes: four little-endian uint32 (the last is the length of the
 * JSON that follows), then the JSON header. Format: github.com/electron/asar, README "Format".
 */
export function asarPaths(archive: Buffer): string[] {
  const jsonBytes = archive.readUInt32LE(12)
  const header = JSON.parse(archive.toString('utf8', 16, 16 + jsonBytes)) as AsarNode
  const walk = (node: AsarNode, prefix: string): string[] =>
    Object.entries(node.files ?? {}).flatMap(([name, child]) =>
      child.files ? walk(child, `${prefix}${name}/`) : [`${prefix}${name}`],
    )
  return walk(header, '')
}
