import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { createKnock } from './knock.ts'

const never = new AbortController().signal
const knock = (origin: string, givenUp: AbortSignal) => createKnock(origin)(givenUp)
const within = { timeout: 15_000, interval: 10 }
let servers: Server[] = []
afterEach(() => {
  for (const server of servers) server.close()
  servers = []
})

async function listen(port = 0, host = '127.0.0.1') {
  const visitors: Socket[] = []
  const server = createServer((socket) => visitors.push(socket)).listen(port, host)
  servers.push(server)
  await once(server, 'listening')
  return { server, visitors, port: (server.address() as AddressInfo).port }
}

test('a server that can be reached is knocked at once and left alone', async () => {
  const { port, visitors } = await listen()
  await knock(`http://127.0.0.1:${port}`, never)
  await vi.waitFor(
    () => expect(visitors.map((socket) => socket.destroyed || socket.readableEnded)).toEqual([true]),
    within,
  )
})

test('an address of IPv6 in a URL is understood', async () => {
  const { port } = await listen(0, '::1')
  await knock(`http://[::1]:${port}`, never)
})

test('a name is looked up once, before it is needed', async () => {
  const { port } = await listen(0, 'localhost')
  const knockThere = createKnock(`http://localhost:${port}`)
  await knockThere(never)
  await knockThere(never)
})

test('a server that cannot be reached is knocked at until it can', async () => {
  const { server, port } = await listen()
  await new Promise((closed) => server.close(closed))
  let reached = false
  const knocking = knock(`http://127.0.0.1:${port}`, never).then(() => (reached = true))
  expect(reached).toBe(false)
  await listen(port)
  await knocking
  expect(reached).toBe(true)
})

test('whoever gives up knocks no more', async () => {
  const { server, port, visitors } = await listen()
  await new Promise((closed) => server.close(closed))
  const patience = new AbortController()
  const knocking = knock(`http://127.0.0.1:${port}`, patience.signal)
  patience.abort()
  await expect(knocking).rejects.toThrow('given up')
  await expect(knock(`http://127.0.0.1:${port}`, patience.signal)).rejects.toThrow('given up')
  expect(visitors).toEqual([])
})
