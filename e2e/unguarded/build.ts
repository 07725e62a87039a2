// Builds a phone without the checks of its link, in a folder of its own: the product's main process with one module
// exchanged, and everything else of the built app as it is. The product itself has no switch for it.
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../..')
const careless = join(import.meta.dirname, 'link-policy.ts')

export interface UnguardedApp {
  /** For Electron's command line. */
  readonly folder: string
  remove(): Promise<void>
}

/** Needs a built app in out/. */
export async function buildUnguarded(): Promise<UnguardedApp> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-unguarded-'))
  let exchanged = 0
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [
      {
        name: 'exchange-link-policy',
        enforce: 'pre',
        resolveId(source, importer) {
          if (!importer?.endsWith('/main/calls.ts') || !source.endsWith('/link-policy.ts')) return null
          exchanged++
          return careless
        },
      },
    ],
    build: {
      ssr: resolve(root, 'main/index.ts'),
      target: 'node24',
      outDir: join(folder, 'out/main'),
      rollupOptions: { external: ['electron'], output: { entryFileNames: 'index.js' } },
    },
  })
  // Or the test would show that a guarded phone is safe.
  if (exchanged !== 1) throw new Error(`the policy of the link was exchanged ${exchanged} times`)
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as object
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: 'out/main/index.js' }))
  await mkdir(join(folder, 'out'), { recursive: true })
  for (const part of ['out/renderer', 'out/preload', 'build', 'node_modules'])
    await symlink(join(root, part), join(folder, part))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
