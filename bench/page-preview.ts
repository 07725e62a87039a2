// Builds one page of a bench the way the app's page is built, workers and all, and serves it on this computer.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, preview } from 'vite'

export interface PagePreview {
  readonly url: string
  close(): Promise<void>
}

/** `entry` is a script in this folder. */
export async function startPagePreview(entry: string): Promise<PagePreview> {
  const outDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } },
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: false,
      target: 'esnext',
      rollupOptions: {
        input: resolve(import.meta.dirname, entry),
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  await writeFile(join(outDir, 'index.html'), '<!doctype html><script type="module" src="/page.js"></script>')
  const server = await preview({
    configFile: false,
    root: outDir,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  })
  const url = server.resolvedUrls?.local[0]
  if (!url) throw new Error('the preview server has no address')
  return {
    url,
    async close() {
      await server.close()
      await rm(outDir, { recursive: true, force: true })
    },
  }
}
