// `npm run package:check`: validates electron-builder.yml, packs the app as a folder without network, and refuses if
// anything is inside that should not be, or missing that should. It writes only to a throw-away folder.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Platform, build } from 'electron-builder'
import type { Configuration } from 'electron-builder'
import { buildOutputs, ensureBuilt } from './app-build.ts'
import { electronBinary, electronVersion } from './electron-binary.ts'
import { wrongFuses } from './fuses.ts'
import { asarPaths, importedPackages, judgeContents, productionPackages } from './package-contents.ts'
import type { Lockfile } from './package-contents.ts'

const root = join(import.meta.dirname, '..')
const say = (line: string) => console.log(line)

const readLockfile = () => JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lockfile

/** A folder that electron-builder takes for an unpacked Electron; enough to see what would be packed. */
function standInDist(folder: string): string {
  const dist = join(folder, 'electron-dist')
  mkdirSync(dist)
  writeFileSync(join(dist, 'electron'), '#!/bin/sh\necho "This is no Electron." >&2\nexit 1\n')
  chmodSync(join(dist, 'electron'), 0o755)
  writeFileSync(join(dist, 'version'), electronVersion(root))
  return dist
}

/** Packs into `folder` and answers the packed app's folder. Throws electron-builder's own sentence on a bad setting. */
async function pack(folder: string, binary: string | undefined): Promise<string> {
  const config: Configuration = {
    directories: { output: join(folder, 'dist') },
    electronDist: binary ? dirname(binary) : standInDist(folder),
    // The hook in electron-builder.yml has no leniency: a release whose fuses cannot be written must fail.
    ...(binary ? {} : { afterPack: async () => {} }),
  }
  await build({ projectDir: root, targets: Platform.LINUX.createTarget('dir'), config, publish: 'never' })
  return join(
    folder,
    'dist',
    readdirSync(join(folder, 'dist')).find((name) => name.endsWith('unpacked')) ?? '',
  )
}

/** Every file the app needs at run time; `production` is what npm installs for it, in full depth. */
function neededFiles(production: ReadonlySet<string>): string[] {
  const mainFolder = join(root, 'out/main')
  const code = readdirSync(mainFolder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  )
  // A package that main imports but that is listed for development only would be missing at the first start.
  const imported = code.flatMap((name) => [...importedPackages(readFileSync(join(mainFolder, name), 'utf8'))])
  const packages = new Set([...production, ...imported.filter((name) => !builtinModules.includes(name))])
  return [
    'package.json',
    ...buildOutputs,
    ...readdirSync(join(root, 'build/tray')).map((name) => `build/tray/${name}`),
    ...[...packages].map((name) => `node_modules/${name}/package.json`),
  ]
}

function printContents(packed: readonly string[]): void {
  say(`\napp.asar holds ${packed.length} files:`)
  const own = packed.filter((path) => !path.startsWith('node_modules/') && !path.startsWith('build/tray/'))
  for (const path of own) say(`  ${path}`)
  say(`  build/tray/: ${packed.filter((path) => path.startsWith('build/tray/')).length} images`)
  const packages = new Set(packed.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]))
  packages.delete(undefined)
  say(`  node_modules/: ${[...packages].sort().join(', ')}`)
}

async function check(folder: string): Promise<string[]> {
  const binary = process.platform === 'linux' ? electronBinary(root) : undefined
  await ensureBuilt(root, say)
  const app = await pack(folder, binary)
  const archive = join(app, 'resources/app.asar')
  const packed = asarPaths(readFileSync(archive))
  printContents(packed)

  const production = productionPackages(readLockfile())
  const { unexpected, missing } = judgeContents(packed, production, neededFiles(production))
  const faults = [
    ...unexpected.map((path) => `should not be packed: ${path}`),
    ...missing.map((path) => `is needed and not packed: ${path}`),
  ]
  // Nothing may lie beside the archive either, where no integrity check would see it.
  const beside = readdirSync(join(app, 'resources')).filter(
    (name) => name !== 'app.asar' && name !== 'default_app.asar',
  )
  faults.push(...beside.map((name) => `should not lie beside app.asar: ${name}`))

  if (!existsSync(join(app, 'earshot'))) faults.push('the executable is not named earshot')
  if (binary) {
    const wrong = await wrongFuses(join(app, 'earshot'), 'linux')
    faults.push(...wrong.map((fuse) => `fuse not as promised: ${fuse}`))
    say(
      `\nfuses: read back from the packed binary, ${wrong.length === 0 ? 'all as promised' : 'not as promised'}`,
    )
  } else {
    say('\nfuses: not checked, Electron has not been fetched here (npx install-electron --no)')
  }
  return faults
}

const folder = mkdtempSync(join(tmpdir(), 'earshot-package-'))
let faults: string[]
try {
  faults = await check(folder)
} catch (error) {
  faults = [error instanceof Error ? error.message : String(error)]
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const fault of faults) console.error(`  ✗ ${fault}`)
say(faults.length === 0 ? 'package:check passed' : `package:check failed, faults: ${faults.length}`)
// Not `process.exitCode`: electron-builder's temp-file package ends the process with 0 on `beforeExit`.
process.exit(faults.length === 0 ? 0 : 1)
