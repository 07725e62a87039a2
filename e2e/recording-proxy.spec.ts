// The recorder itself: what it keeps must be what was said, or a search in it proves nothing.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { connect, envelopeOf, newPerson, randomText } from '../signaling-server/test-client.ts'
import { decodeWebSocket, startRecordingProxy } from './recording-proxy.ts'

async function recorded() {
  const proxy = await startRecordingProxy()
  const server = await createSignalingServer({ publicOrigin: proxy.url })
  proxy.forwardTo(server.url)
  return { proxy, server, close: () => Promise.all([server.close(), proxy.close()]) }
}

test('finds in the recording what both sides said, although clients mask it', async () => {
  const { proxy, close } = await recorded()
  const drop = await connect(proxy.url, '/drop')
  const { address } = newPerson()
  // Of the three ways to write a frame's length: up to 125 bytes, up to 65535, and more.
  const envelopes = [{ k: 1, box: 'short' }, envelopeOf(5_000), envelopeOf(64 * 1024)]
  for (const env of envelopes) await drop.ask('box.put', { to: address, env, ttlS: 60 })
  drop.socket.disconnect()
  const [connection] = proxy.connections
  const said = decodeWebSocket(connection!.clientToServer)
  expect(connection!.clientToServer.includes(address)).toBe(false)
  expect(said.includes(address)).toBe(true)
  for (const env of envelopes) expect(said.includes(JSON.stringify(env))).toBe(true)
  expect(decodeWebSocket(connection!.serverToClient).includes('{"ok":true}')).toBe(true)
  await close()
})

test('shows what there is of an unfinished message', async () => {
  const mask = Buffer.from([1, 2, 3, 4])
  const masked = Buffer.from('secret').map((byte, index) => byte ^ mask[index % 4]!)
  const head = Buffer.from('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')
  const stream = Buffer.concat([head, Buffer.from([0x81, 0x80 | 6]), mask, masked])
  expect(decodeWebSocket(stream).toString()).toBe('secret')
  expect(decodeWebSocket(stream.subarray(0, -2)).toString()).toBe('secr')
  expect(decodeWebSocket(stream.subarray(0, head.length + 3)).toString()).toBe('')
})

test('gives plain HTTP back as it is', async () => {
  const http = createServer((_request, response) => response.end('plain')).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const proxy = await startRecordingProxy(`http://127.0.0.1:${(http.address() as AddressInfo).port}`)
  expect(await (await fetch(proxy.url)).text()).toBe('plain')
  expect(decodeWebSocket(proxy.connections[0]!.serverToClient).toString()).toContain('plain')
  await proxy.close()
  http.close()
})

test('holds, releases and cuts connections', async () => {
  const { proxy, server, close } = await recorded()
  const drop = await connect(proxy.url, '/drop')
  proxy.pause()
  let answered = false
  const answer = drop.ask('reply.open', { handle: randomText(16) }).then((value) => {
    answered = true
    return value
  })
  // The server itself goes on answering.
  const direct = await connect(server.url, '/drop')
  expect(await direct.ask('reply.open', { handle: randomText(16) })).toEqual({ ok: true })
  direct.socket.disconnect()
  expect(answered).toBe(false)
  proxy.resume()
  expect(await answer).toEqual({ ok: true })
  proxy.kill()
  await drop.closed
  const again = await connect(proxy.url, '/drop')
  expect(await again.ask('reply.open', { handle: randomText(16) })).toEqual({ ok: true })
  again.socket.disconnect()
  await close()
})
