// Owns net.fetch of files, which is how an app serves its own scheme, and of that scheme. Requests to the network are refused: they would go
// through Node's stack, whose proxies and certificates are not Chromium's.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Net } from 'electron'
import { offered, refusal } from '../refusal.ts'
import { askHandler } from './protocol.ts'

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
}

export const net = offered<Net>('Net', {
  async fetch(input, init) {
    const url = typeof input === 'string' ? input : input.url
    if (!url.startsWith('file:')) {
      const answer = await askHandler(new Request(input, init))
      if (answer) return answer
      throw refusal(`net.fetch of ${new URL(url).protocol}`)
    }
    const file = fileURLToPath(url.split(/[?#]/)[0]!)
    const found = await stat(file).catch(() => null)
    if (!found?.isFile()) throw new Error('net::ERR_FILE_NOT_FOUND')
    return new Response(Readable.toWeb(createReadStream(file)) as unknown as BodyInit, {
      headers: {
        'content-type': CONTENT_TYPES[path.extname(file)] ?? 'application/octet-stream',
        'content-length': String(found.size),
      },
    })
  },
  isOnline: () => true,
  online: true,
})
