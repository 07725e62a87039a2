// Builds a page for a check as the app's page is built, and serves it on this computer.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { build } from 'vite'

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

export interface ServedPage {
  readonly url: string
  close(): Promise<void>
}

export interface BuiltPage {
  /** Answers a request for this path; null where there is no such file. */
  file(pathname: string): Promise<{ readonly bytes: Buffer; readonly type: string } | null>
  remove(): Promise<void>
}

/** `entry` is a module; what it needs besides, like a worker, is built with it. */
export async function buildPage(entry: string): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-page-'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } },
    build: {
      outDir: folder,
      target: 'esnext',
      emptyOutDir: false,
      rollupOptions: {
        input: entry,
        output: { entryFileNames: 'page.js' },
      },
    },
  })
  await writeFile(join(folder, 'index.html'), '<!doctype html><script type="module" src="page.js"></script>')

  return {
    async file(pathname) {
      const name = /^\/(?:assets\/)?[\w-]+\.js$/.test(pathname) ? pathname : 'index.html'
      const bytes = await readFile(join(folder, name)).catch(() => null)
      return bytes && { bytes, type: types[extname(name)] ?? '' }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

export async function servePage(entry = resolve(import.meta.dirname, 'page.ts')): Promise<ServedPage> {
  const built = await buildPage(entry)
  const server = createServer(async (request, response) => {
    const file = await built.file(new URL(request.url ?? '/', 'http://localhost').pathname)
    if (file) response.setHeader('content-type', file.type).end(file.bytes)
    else response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      await new Promise((done) => server.close(done).closeAllConnections())
      await built.remove()
    },
  }
}
