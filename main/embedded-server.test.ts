import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createEmbeddedServer, isEarshotAt, type ServerProcess } from './embedded-server.ts'

/** A server process as its parent sees it. */
class Child extends EventEmitter implements ServerProcess {
  readonly told: unknown[] = []
  postMessage(message: unknown): void {
    this.told.push(message)
  }
}

function embedded(answers: { earshot?: boolean[]; reports?: object[] }) {
  const ports: number[] = []
  const children: Child[] = []
  const seen: string[] = []
  const server = createEmbeddedServer({
    fork(port) {
      const child = new Child()
      const report = answers.reports?.[ports.length]
      ports.push(port)
      children.push(child)
      if (report) queueMicrotask(() => child.emit('message', report))
      else queueMicrotask(() => child.emit('exit', 1))
      return child
    },
    isEarshot: () => Promise.resolve(answers.earshot?.shift() ?? false),
  })
  server.onChange(() => seen.push(server.view().hosting))
  return { server, ports, children, seen }
}
const usual = 'http://127.0.0.1:7117'
const listening = { type: 'listening', url: usual }
const inUse = { type: 'failed', code: 'port-in-use' }

test('a server is started on the usual port, once however often it is asked for', async () => {
  const { server, ports, seen } = embedded({ reports: [listening] })
  expect(await Promise.all([server.start(), server.start()])).toEqual([usual, usual])
  expect(await server.start()).toBe(usual)
  expect([ports, seen]).toEqual([[7117], ['starting', 'on']])
})

test('another Earshot on the usual port is used instead', async () => {
  const { server, ports } = embedded({ earshot: [true] })
  expect(await server.start()).toBe(usual)
  expect([ports, server.view().hosting]).toEqual([[], 'off'])
})

test('of two apps that start together one hosts and the other uses it', async () => {
  const { server, ports } = embedded({ earshot: [false, true], reports: [inUse] })
  expect(await server.start()).toBe(usual)
  expect([ports, server.view().hosting]).toEqual([[7117], 'off'])
})

test('a port that belongs to another program is left alone and a free one is taken', async () => {
  const free = 'http://127.0.0.1:40123'
  const { server, ports } = embedded({ reports: [inUse, { type: 'listening', url: free }] })
  expect(await server.start()).toBe(free)
  expect([ports, server.view().hosting]).toEqual([[7117, 0], 'on'])
})

test.each([
  ['says that it failed', [{ type: 'failed', code: 'server-failed' }]],
  ['ends without a word', []],
  ['fails on the free port too', [inUse, { type: 'failed', code: 'server-failed' }]],
])('a server that %s is a failure, and can be tried again', async (_, reports) => {
  const { server } = embedded({ reports })
  await expect(server.start()).rejects.toMatchObject({ code: 'server-failed' })
  expect(server.view().hosting).toBe('failed')
  await expect(server.start()).rejects.toMatchObject({ code: 'server-failed' })
})

test('guests are those who are logged in beside this app', async () => {
  const { server, children } = embedded({ reports: [listening] })
  await server.start()
  const guestsAt = (count: unknown) => {
    children[0]!.emit('message', { type: 'clients', count })
    return server.view().guests
  }
  expect([0, 1, 3, -1, 'x', 1].map(guestsAt)).toEqual([0, 0, 2, 2, 2, 0])
})

test('a server that dies is seen, and is started again when asked for', async () => {
  const { server, ports, children } = embedded({ reports: [listening, listening] })
  await server.start()
  children[0]!.emit('exit', 1)
  expect(server.view()).toEqual({ hosting: 'failed', guests: 0 })
  expect(await server.start()).toBe(usual)
  expect(ports).toEqual([7117, 7117])
})

test('a stopped server is told to stop, and its end is no failure', async () => {
  const { server, children } = embedded({ reports: [listening] })
  await server.start()
  server.stop()
  children[0]!.emit('exit', 0)
  expect(children[0]!.told).toEqual([{ type: 'stop' }])
  expect(server.view().hosting).toBe('off')
})

const httpServers: ReturnType<typeof createServer>[] = []
afterEach(() => httpServers.splice(0).forEach((server) => server.close()))
async function answering(body: (url: string) => string, status = 200) {
  let url = ''
  const http = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end(body(url))
  }).listen(0, '127.0.0.1')
  httpServers.push(http)
  await once(http, 'listening')
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return url
}

test.each([
  ['an Earshot server', (url: string) => JSON.stringify({ earshot: true, v: 1, origin: url }), true],
  [
    'one with another name',
    () => JSON.stringify({ earshot: true, v: 1, origin: 'https://a.example' }),
    false,
  ],
  ['another program', () => '<html>', false],
  ['another program with JSON', () => '{"earshot":false}', false],
])('%s is recognised: %s', async (_, body, expected) => {
  expect(await isEarshotAt(await answering(body))).toBe(expected)
})

test('a closed port is no Earshot server', async () => {
  const url = await answering(() => '')
  const [http] = httpServers.splice(0)
  http!.close()
  await once(http!, 'close')
  expect(await isEarshotAt(url)).toBe(false)
})
