import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { systemClock } from '../clock.ts'
import { exitCodes, readCliWish, runCli } from './cli.ts'
import { cliStrings } from './cli-strings.ts'
import { controlCodes, controlFile, type ControlAnswer, type ControlOrder } from './control-protocol.ts'
import { openControlSocket } from './control-socket.ts'

let folder: string
const ends: (() => unknown)[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
})
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  rmSync(folder, { recursive: true, force: true })
})

async function run(...args: string[]) {
  let [out, err] = ['', '']
  const code = await runCli({ args, folder, out: (text) => (out += text), err: (text) => (err += text) })
  return { code, out, err }
}
async function app(answer: ControlAnswer) {
  const seen: ControlOrder[] = []
  const socket = await openControlSocket({
    folder,
    platform: 'linux',
    carryOut: async (order) => (seen.push(order), answer),
    clock: systemClock,
    count: () => undefined,
    onBug: () => undefined,
  })
  ends.push(socket.close)
  return seen
}

test.each([
  [['call', 'Bea'], { do: 'call', who: 'Bea' }],
  [['call', 'Bea', 'Brown'], { do: 'call', who: 'Bea Brown' }],
  [['answer'], { do: 'answer' }],
  [['decline'], { do: 'decline' }],
  [['hangup'], { do: 'hangup' }],
  [['mute'], { do: 'mute', to: 'toggle' }],
  [['mute', 'on'], { do: 'mute', to: 'on' }],
  [['ptt', 'down', '--profile', 'work'], { do: 'ptt', to: 'down' }],
  [['--profile=work', 'ptt', 'up'], { do: 'ptt', to: 'up' }],
  [['status'], { do: 'status' }],
])('%j is %j', (args, order) => {
  expect(readCliWish(args)).toEqual({ type: 'order', order, json: false })
})

test.each([
  [],
  ['call'],
  ['answer', 'now'],
  ['mute', 'loudly'],
  ['mute', 'on', 'off'],
  ['ptt'],
  ['ptt', 'sideways'],
  ['status', '--xml'],
  ['erase'],
  ['--profile', '../other', 'status'],
  ['--profile=Work', 'status'],
  ['status', '--profile'],
])('%j is used wrongly: 2', async (...args) => {
  const { code, out, err } = await run(...args.flat())
  expect(code).toBe(exitCodes.usage)
  expect(out).toBe('')
  expect(err).toContain(cliStrings.seeHelp)
})

test('help says what there is and what the exit codes mean: 0', async () => {
  const { code, out } = await run('--help')
  expect(code).toBe(exitCodes.done)
  for (const verb of ['call', 'answer', 'decline', 'hangup', 'mute', 'ptt', 'status'])
    expect(out).toContain(verb)
  expect(out).toMatch(/0 when[^]*1 when[^]*2 when[^]*3 when/)
})

test('an order that is carried out: 0, and nothing is said', async () => {
  const seen = await app({ ok: true })
  expect(await run('mute', 'off')).toEqual({ code: exitCodes.done, out: '', err: '' })
  expect(seen).toEqual([{ do: 'mute', to: 'off' }])
})

test('an order that only opens a form says so', async () => {
  await app({ ok: true, asked: true })
  expect((await run('call', 'somebody')).out).toBe(`${cliStrings.asked}\n`)
})

test('a refusal is a sentence on the error output: 1', async () => {
  await app({ ok: false, code: 'name-ambiguous', count: 3 })
  const { code, out, err } = await run('call', 'Bea')
  expect([code, out]).toEqual([exitCodes.refused, ''])
  expect(err).toBe('3 contacts have this name. Use the address.\n')
})

test.each(controlCodes)('%s has a sentence', (code) => {
  expect(cliStrings.refused(code, 2)).toMatch(/^[A-Z0-9].+\.$/)
})

test('the status is one line for a person, and one JSON object for a script', async () => {
  const status = {
    phase: 'talking',
    direction: 'in',
    name: 'Bea\u001b[2J\u202e',
    trust: 'V2',
    mic: 'on',
    camera: 'off',
    online: true,
  } as const
  await app({ ok: true, status })
  expect((await run('status')).out).toBe('In a call with Bea[2J; microphone on, camera off.\n')
  const { out } = await run('status', '--json')
  expect(JSON.parse(out)).toEqual(status)
  expect(out).not.toContain('\u001b')
})

test('without an app: 3, whatever lies in the folder', async () => {
  expect((await run('status')).code).toBe(exitCodes.notRunning)
  for (const text of ['{', '{}', JSON.stringify({ v: 1, path: join(folder, 'gone.sock'), secret: 'x' })]) {
    writeFileSync(join(folder, controlFile), text)
    const { code, err } = await run('status')
    expect([code, err]).toEqual([exitCodes.notRunning, 'Earshot is not running.\n'])
  }
})

test.each([
  ['nothing', ''],
  ['no JSON', 'hello\n'],
  ['something that is no answer', '{"ok":"yes"}\n'],
  ['a line without an end', 'x'.repeat(9000)],
])('whoever listens there and says %s is not believed: 1', async (_, says) => {
  const path = join(folder, 'other.sock')
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(says)
  })
  await new Promise<void>((listening) => server.listen(path, listening))
  ends.push(() => server.close())
  writeFileSync(join(folder, controlFile), JSON.stringify({ v: 1, path, secret: 'x' }))
  expect((await run('status')).code).toBe(exitCodes.refused)
})
