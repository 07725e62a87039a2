import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createVirtualClock } from '../call/virtual-clock.ts'
import { controlFile, controlLimits, type ControlAnswer, type ControlOrder } from './control-protocol.ts'
import { maxSocketPathBytes, openControlSocket, type ControlSocket } from './control-socket.ts'

let folder: string
const open: ControlSocket[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-'))
})
afterEach(async () => {
  for (const socket of open.splice(0)) await socket.close()
  rmSync(folder, { recursive: true, force: true })
})

async function door(
  options: { folder?: string; answer?: (order: ControlOrder) => Promise<ControlAnswer> } = {},
) {
  const seen: ControlOrder[] = []
  const refused: string[] = []
  const bugs: unknown[] = []
  const clock = createVirtualClock()
  const socket = await openControlSocket({
    folder: options.folder ?? folder,
    platform: 'linux',
    async carryOut(order) {
      seen.push(order)
      return options.answer ? options.answer(order) : { ok: true }
    },
    clock,
    count: (code) => void refused.push(code),
    onBug: (error) => void bugs.push(error),
  })
  open.push(socket)
  const place = JSON.parse(readFileSync(join(options.folder ?? folder, controlFile), 'utf8')) as {
    path: string
    secret: string
  }
  const line = (order: object) => `${JSON.stringify({ secret: place.secret, ...order })}\n`
  return { socket, place, seen, refused, bugs, clock, line }
}

/** Everything that is answered to this, until the other side ends or nothing is open any more. */
async function say(path: string, ...chunks: (string | Buffer)[]): Promise<ControlAnswer[]> {
  const socket = createConnection(path)
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  for (const chunk of chunks) socket.write(chunk)
  socket.end()
  await once(socket, 'close')
  return text
    .split('\n')
    .filter(Boolean)
    .map((answer) => JSON.parse(answer) as ControlAnswer)
}
const mode = (path: string) => statSync(path).mode & 0o777

test('E19 the socket and the file that leads to it are this user’s alone, and gone afterwards', async () => {
  const { place, socket } = await door()
  expect([mode(dirname(place.path)), mode(place.path), mode(join(folder, controlFile))]).toEqual([
    0o700, 0o600, 0o600,
  ])
  await socket.close()
  expect([existsSync(place.path), existsSync(join(folder, controlFile))]).toEqual([false, false])
})

test('orders are carried out in their order and answered line by line, also cut in pieces', async () => {
  const { place, seen, line } = await door()
  const text = line({ do: 'ptt', to: 'down' }) + line({ do: 'ptt', to: 'up' }) + line({ do: 'status' })
  expect(await say(place.path, text.slice(0, 9), text.slice(9, 100), text.slice(100))).toEqual(
    Array(3).fill({ ok: true }),
  )
  expect(seen).toEqual([{ do: 'ptt', to: 'down' }, { do: 'ptt', to: 'up' }, { do: 'status' }])
})

const bad = [
  '',
  'hello',
  '{',
  'null',
  '[]',
  '7',
  '"status"',
  '{"do":"status"}',
  '{"secret":1,"do":"status"}',
  '{"secret":"","do":"erase"}',
  '{"secret":"","do":"mute"}',
  '{"secret":"","do":"status","more":1}',
  '{"secret":"","do":"call","who":""}',
  `{"secret":"","do":"call","who":"${'x'.repeat(3000)}"}`,
  '{"__proto__":{"secret":""},"do":"status"}',
  '\u0000',
]
test('E15 what is no order is refused by a code, each time, and reaches nobody', async () => {
  const { place, seen, bugs, refused } = await door()
  const answers = await say(place.path, bad.map((text) => `${text}\n`).join(''))
  expect(answers).toEqual(bad.map(() => ({ ok: false, code: 'bad-request' })))
  expect([...answers.map((answer) => !answer.ok && answer.code)]).toEqual(refused)
  expect([seen, bugs]).toEqual([[], []])
})

test('bytes that are no text are refused as well', async () => {
  const { place, bugs } = await door()
  expect(await say(place.path, Buffer.from([0xff, 0xfe, 0xc0, 0x0a]))).toEqual([
    { ok: false, code: 'bad-request' },
  ])
  expect(bugs).toEqual([])
})

test('who does not have the secret is refused', async () => {
  const { place, seen } = await door()
  for (const secret of ['', 'x', `${place.secret}x`, place.secret.toLowerCase().padStart(43, 'a')])
    expect(await say(place.path, `${JSON.stringify({ secret, do: 'status' })}\n`)).toEqual([
      { ok: false, code: 'bad-secret' },
    ])
  expect(seen).toEqual([])
})

test('a line that does not end is cut off at its limit, and what came before it was answered', async () => {
  const { place, line } = await door()
  const answers = await say(place.path, line({ do: 'status' }), 'x'.repeat(3 * controlLimits.lineBytes))
  expect(answers).toEqual([{ ok: true }, { ok: false, code: 'line-too-long' }])
})

test('one connection says so much and no more', async () => {
  const { place, line, seen } = await door()
  const answers = await say(place.path, line({ do: 'hangup' }).repeat(controlLimits.linesPerConnection + 5))
  expect(answers).toHaveLength(controlLimits.linesPerConnection + 1)
  expect(answers.at(-1)).toEqual({ ok: false, code: 'rate' })
  expect(seen).toHaveLength(controlLimits.linesPerConnection)
})

test('too many orders a minute are refused, and what closes the microphone is not', async () => {
  const { place, line, clock } = await door()
  await say(place.path, line({ do: 'ptt', to: 'down' }).repeat(controlLimits.ordersPerMinute))
  expect(await say(place.path, line({ do: 'ptt', to: 'down' }), line({ do: 'ptt', to: 'up' }))).toEqual([
    { ok: false, code: 'rate' },
    { ok: true },
  ])
  await clock.advance(60_000)
  expect(await say(place.path, line({ do: 'ptt', to: 'down' }))).toEqual([{ ok: true }])
})

test('only a few are let in at once', async () => {
  const { place, line } = await door()
  const guests: Socket[] = []
  for (let i = 0; i < controlLimits.connections; i++) {
    const guest = createConnection(place.path)
    await once(guest, 'connect')
    guest.write(line({ do: 'status' }))
    await once(guest, 'data')
    guests.push(guest)
  }
  const late = createConnection(place.path)
  late.on('error', () => undefined)
  await once(late, 'close')
  guests.forEach((guest) => guest.destroy())
  await Promise.all(guests.map((guest) => once(guest, 'close')))
  await expect.poll(() => say(place.path, line({ do: 'status' }))).toEqual([{ ok: true }])
})

test('a bug in an order is answered as one, reported, and ends nothing', async () => {
  const { place, line, bugs } = await door({
    answer: (order) =>
      order.do === 'status' ? Promise.resolve({ ok: true }) : Promise.reject(new Error('bug')),
  })
  expect(await say(place.path, line({ do: 'answer' }), line({ do: 'status' }))).toEqual([
    { ok: false, code: 'internal' },
    { ok: true },
  ])
  expect(bugs).toHaveLength(1)
})

test('a socket that a dead process left is replaced', async () => {
  const path = join(folder, 'control.sock')
  const dead = createServer().listen(path)
  await once(dead, 'listening')
  // Closing would remove the file, as a process that dies does not.
  const { place, line } = await door()
  dead.unref()
  expect(place.path).toBe(path)
  expect(await say(place.path, line({ do: 'status' }))).toEqual([{ ok: true }])
})

test('what is no socket, and a folder that is open to others, are left alone and refused', async () => {
  writeFileSync(join(folder, 'control.sock'), 'mine')
  await expect(door()).rejects.toThrow()
  expect(readFileSync(join(folder, 'control.sock'), 'utf8')).toBe('mine')
  rmSync(join(folder, 'control.sock'))
  chmodSync(folder, 0o750)
  await expect(door()).rejects.toThrow()
})

test('a folder too deep for a socket gets one in a new folder of its own, removed afterwards', async () => {
  const deep = join(folder, 'd'.repeat(maxSocketPathBytes))
  mkdirSync(deep, { mode: 0o700 })
  const { place, line, socket } = await door({ folder: deep })
  expect(place.path.startsWith(folder)).toBe(false)
  expect(Buffer.byteLength(place.path)).toBeLessThanOrEqual(maxSocketPathBytes)
  expect([mode(dirname(place.path)), mode(place.path)]).toEqual([0o700, 0o600])
  expect(await say(place.path, line({ do: 'status' }))).toEqual([{ ok: true }])
  await socket.close()
  expect(existsSync(dirname(place.path))).toBe(false)
})
