// Builds out/ when the sources are newer than it. It knows which folders go into the app, not what is in them.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const sources = [
  'contract',
  'sp1',
  'main',
  'preload',
  'renderer',
  'signaling-server',
  'electron.vite.config.ts',
  'package-lock.json',
]

/** What a complete build leaves behind. */
export const buildOutputs = [
  'out/main/index.js',
  'out/main/signaling-server.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/renderer/alert.html',
  'out/renderer/picker.html',
]

function newestMs(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  // A folder's own time counts too: it changes when a file in it is removed.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))))
}

/** True if every output exists and none is older than the newest source. */
export function isBuilt(root: string): boolean {
  if (!buildOutputs.every((file) => existsSync(join(root, file)))) return false
  const builtMs = Math.min(...buildOutputs.map((file) => statSync(join(root, file)).mtimeMs))
  return sources.every((source) => newestMs(join(root, source)) <= builtMs)
}

/** Runs `electron-vite build` unless out/ is up to date. Throws with the builder's own words printed above. */
export async function ensureBuilt(root: string, say: (line: string) => void): Promise<void> {
  if (isBuilt(root)) return
  say('Building the app …')
  const startedMs = Date.now()
  const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  const build = spawn(process.execPath, [builder, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve, reject) =>
    build.on('close', resolve).on('error', reject),
  )
  if (code !== 0) throw new Error(`the build ended with code ${code}`)
  say(`  built in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`)
}
