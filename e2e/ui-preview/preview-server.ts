// Builds the real page and serves it on loopback under the production policy, without main.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { build, preview, type Plugin } from 'vite'
import { contentSecurityPolicy } from '../../main/app-protocol.ts'
import { pseudoFile } from './pseudo.ts'

const root = resolve(import.meta.dirname, '../../renderer')

const pseudoTexts: Plugin = {
  name: 'earshot:pseudo-texts',
  enforce: 'pre',
  transform: (code, id) => (/\/locales\/en\/[\w-]+\.json$/.test(id) ? pseudoFile(code) : null),
}

export interface PreviewServer {
  readonly url: string
  close(): Promise<void>
}

/** `pseudo`: English is written so that it takes as much room as other languages do. */
export async function startPreviewServer({ pseudo = false } = {}): Promise<PreviewServer> {
  const outDir = await mkdtemp(join(tmpdir(), 'earshot-ui-'))
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [vue(), ...(pseudo ? [pseudoTexts] : [])],
    resolve: { alias: { 'simple-peer': 'simple-peer/simplepeer.min.js' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome140',
      modulePreload: false,
      rollupOptions: {
        input: [join(root, 'index.html'), join(root, 'alert.html'), join(root, 'picker.html')],
      },
    },
  })
  const server = await preview({
    configFile: false,
    root,
    logLevel: 'warn',
    build: { outDir },
    preview: {
      host: '127.0.0.1',
      port: 0,
      headers: { 'Content-Security-Policy': contentSecurityPolicy('preview') },
    },
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
