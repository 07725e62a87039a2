// The server's plain HTTP side: one page by which an app or a monitor recognises it. Everything else is not found.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { wireVersion } from '../contract/signaling.ts'

/** Answers `GET /healthz` with `{earshot: true, v, origin}`; `origin` is the address that people should use. */
export function answerHttp(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const readable = request.method === 'GET' || request.method === 'HEAD'
  const found = readable && request.url === '/healthz'
  const body = found ? JSON.stringify({ earshot: true, v: wireVersion, origin }) : ''
  response.writeHead(found ? 200 : 404, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  })
  response.end(request.method === 'HEAD' ? '' : body)
}
