// Owns the app's own schemes: protocol.handle behind a loopback server that Chromium reaches by --host-resolver-rules.
// The page's origin has no port, so it is the same in every run and its storage survives.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { CustomScheme, Protocol } from 'electron'
import { registeredSchemes, registerScheme, toApp, toChromium } from '../origins.ts'
import { offered } from '../refusal.ts'
import { appIsReady } from './app.ts'

const handlers = new Map<string, Parameters<Protocol['handle']>[1]>()
const servedOrigins = new Set<string>()

export const protocol = offered<Protocol>('Protocol', {
  registerSchemesAsPrivileged(schemes: CustomScheme[]) {
    if (appIsReady())
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme } of schemes) registerScheme(scheme)
  },
  handle(scheme, handler) {
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    if (!registeredSchemes().includes(scheme)) {
      throw new Error(`electron host: protocol.handle needs '${scheme}' registered as privileged`)
    }
    handlers.set(scheme, handler)
  },
  unhandle: (scheme) => void handlers.delete(scheme),
  isProtocolHandled: (scheme) => handlers.has(scheme),
})

/** Chromium's names of the origins that have been served in this run. */
export const knownOrigins = (): string[] => [...servedOrigins]

/** What the app's own handler answers, as Electron's net.fetch asks it; null where there is no such scheme. */
export async function askHandler(request: Request): Promise<Response | null> {
  const handler = handlers.get(new URL(request.url).protocol.slice(0, -1))
  return handler ? handler(request) : null
}

/** Starts the server; answers the host-resolver-rules for Chromium, empty if the app has no scheme of its own. */
export async function serveSchemes(): Promise<string> {
  if (registeredSchemes().length === 0) return ''
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error(`electron host: protocol handler for ${request.url}:`, error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  const { port } = server.address() as AddressInfo
  return registeredSchemes()
    .map((scheme) => `MAP *.${scheme}.localhost 127.0.0.1:${port}`)
    .join(',')
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const origin = `http://${incoming.headers.host}`
  const url = toApp(origin + incoming.url)
  const handler = handlers.get(url.slice(0, url.indexOf(':')))
  // Chromium looks for an icon of every site; Electron never does.
  if (!handler || incoming.url === '/favicon.ico') {
    outgoing.writeHead(handler ? 204 : 404).end()
    return
  }
  servedOrigins.add(origin)
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name !== 'host' && name !== 'connection' && value !== undefined) headers.set(name, String(value))
  }
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD'
  const body = hasBody ? { body: Readable.toWeb(incoming) as unknown as BodyInit, duplex: 'half' } : {}
  const response = await handler(new Request(url, { method: incoming.method ?? 'GET', headers, ...body }))
  const location = response.headers.get('location')
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    ...(location === null ? {} : { location: toChromium(location) }),
  })
  if (response.body) Readable.fromWeb(response.body as ReadableStream).pipe(outgoing)
  else outgoing.end()
}
