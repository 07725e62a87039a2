// Builds a phone without the checks of its link, in a folder of its own: the product's main process with two modules
// exchanged, and everything else of the built app as it is. The product itself has no switch for it.
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../..')
/** Who imports what is exchanged for the file of the same name in this folder. */
const exchanges = [
  { importer: '/main/calls.ts', module: 'link-policy.ts' },
  { importer: '/main/call/call-engine.ts', module: 'frame-watch.ts' },
]

export interface UnguardedApp {
  /** For Electron's command line. */
  readonly folder: string
  remove(): Promise<void>
}

/** Needs a built app in out/. */
export async function buildUnguarded(): Promise<UnguardedApp> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-unguarded-'))
  const exchanged = new Set<string>()
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [
      {
        name: 'exchange-checks',
        enforce: 'pre',
        resolveId(source, importer) {
          const found = exchanges.find(
            (one) => importer?.endsWith(one.importer) && source.endsWith(`/${one.module}`),
          )
          if (!found) return null
          exchanged.add(found.module)
          return join(import.meta.dirname, found.module)
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
  if (exchanged.size !== exchanges.length)
    throw new Error(`only these checks were switched off: ${[...exchanged].join(', ')}`)
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as object
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, main: 'out/main/index.js' }))
  await mkdir(join(folder, 'out'), { recursive: true })
  for (const part of ['out/renderer', 'out/preload', 'build', 'node_modules'])
    await symlink(join(root, part), join(folder, part))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
