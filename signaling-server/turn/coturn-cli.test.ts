// Against a program that speaks as coturn's command line interface does, and one that does not. The real one is in
// e2e/relay.spec.ts.
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createCoturnCli } from './coturn-cli.ts'

const toEnd: (() => unknown)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).reverse()) await end()
})

const letters = 'abcdefghijklmnopqrstuvwxyz'
const nameOf = (n: number) =>
  'a'.repeat(12) + [17_576, 676, 26, 1].map((place) => letters[Math.floor(n / place) % 26]).join('')

async function listen(onVisit: (socket: Socket) => void) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onVisit(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  toEnd.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { visits: () => sockets.size, port: (server.address() as AddressInfo).port }
}

/** Sessions by id, with the name of each; what it was told. */
async function coturn(sessions: Map<string, string>, broken: () => boolean = () => false) {
  const told: string[] = []
  const answer = (line: string): string => {
    told.push(line)
    const [command, argument = ''] = line.split(' ')
    if (command === 'cs') sessions.delete(argument)
    if (command !== 'psp') return ''
    const found = [...sessions].filter(([, user]) => user.includes(argument))
    const list = found.map(
      ([id, user], n) => `    ${n + 1}) id=${id}, user <${user}>:\r\n      realm: r\r\n\r\n`,
    )
    return `\r\n${list.join('')}  Total sessions: ${found.length}\r\n\r\n`
  }
  const { port, visits } = await listen((socket) => {
    if (broken()) return void socket.destroy()
    let loggedIn = false
    let rest = ''
    socket.write("TURN Server\r\nCoturn-4.6.1 'Gorst'\r\n\r\nType '?' for help\r\nEnter password: \r\n")
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!loggedIn && line !== 'password') socket.write('Enter password: \r\n')
        else socket.write(`${loggedIn ? answer(line) : ''}> `)
        loggedIn ||= line === 'password'
      }
    })
  })
  return { port, told, visits }
}

function start(port: number, options: { readonly password?: string } = {}) {
  const cli = createCoturnCli({
    host: '127.0.0.1',
    port,
    password: 'password',
    patienceMs: 50,
    againMs: 5,
    ...options,
  })
  toEnd.push(() => cli.stop())
  return cli
}

describe('the command line interface of coturn', () => {
  it('closes every session of the names, and only those', async () => {
    const sessions = new Map([
      ['001', `1795860956:${nameOf(1)}`],
      ['002', `1795860999:${nameOf(1)}`],
      ['003', `1795860956:${nameOf(2)}`],
      ['004', `1795860956:x${nameOf(1)}`],
    ])
    const { port, told } = await coturn(sessions)
    const cli = start(port)
    cli.close([nameOf(1), nameOf(3)])
    await expect.poll(() => told.includes(`psp ${nameOf(3)}`)).toBe(true)
    expect([...sessions.keys()]).toEqual(['003', '004'])
    await expect.poll(() => cli.counts()).toEqual({ closed: 2, failed: 0, dropped: 0, waiting: 0 })
  })

  it('tells everything that was asked for while it was busy', async () => {
    const names = Array.from({ length: 200 }, (_, n) => nameOf(n))
    const sessions = new Map(names.map((name, n) => [`${n}`, `1795860956:${name}`]))
    const { port } = await coturn(sessions)
    const cli = start(port)
    for (const name of names) cli.close([name])
    await expect.poll(() => sessions.size, { timeout: 10_000 }).toBe(0)
  })

  it('says nothing that is no name', async () => {
    const { port, told, visits } = await coturn(new Map())
    const cli = start(port)
    cli.close(['stop', `${nameOf(1)}\r\nstop`, '', nameOf(1).toUpperCase()])
    cli.close([nameOf(1)])
    await expect.poll(() => told).toEqual([`psp ${nameOf(1)}`])
    expect(visits()).toBe(1)
  })

  it('tries again when coturn was away, and not for ever', async () => {
    let broken = true
    const sessions = new Map([['001', `1795860956:${nameOf(1)}`]])
    const { port, visits } = await coturn(sessions, () => broken && visits() < 3)
    const cli = start(port)
    cli.close([nameOf(1)])
    await expect.poll(() => sessions.size).toBe(0)
    expect(cli.counts()).toMatchObject({ failed: 2, dropped: 0 })
    broken = true
    const { port: deaf, visits: knocks } = await listen((socket) => socket.destroy())
    const other = start(deaf)
    other.close([nameOf(1), nameOf(2)])
    await expect.poll(() => other.counts()).toEqual({ closed: 0, failed: 3, dropped: 2, waiting: 0 })
    expect(knocks()).toBe(3)
  })

  it.each([
    ['says nothing', () => {}],
    ['hangs up', (socket: Socket) => socket.end()],
    ['says too much', (socket: Socket) => socket.write('A'.repeat(2 * 1024 * 1024))],
    [
      'asks for a password for ever',
      (socket: Socket) => socket.on('data', () => socket.write('Enter password: \r\n')),
    ],
  ])('gives up on one that %s', async (_what, behave) => {
    const { port } = await listen(behave)
    const cli = start(port)
    cli.close([nameOf(1)])
    await expect.poll(() => cli.counts()).toEqual({ closed: 0, failed: 3, dropped: 1, waiting: 0 })
  })

  it('is refused with another password', async () => {
    const { port, told } = await coturn(new Map())
    const cli = start(port, { password: 'another' })
    cli.close([nameOf(1)])
    await expect.poll(() => cli.counts()).toMatchObject({ failed: 3, dropped: 1 })
    expect(told).toEqual([])
  })

  it('keeps no more than it can tell, and counts the rest', async () => {
    const { port } = await listen(() => {})
    const cli = start(port)
    const many = Array.from({ length: 6000 }, (_, n) => nameOf(n))
    cli.close(many)
    // 4096 were kept; one visit has taken 64 of them with it.
    expect(cli.counts()).toEqual({ closed: 0, failed: 0, dropped: 6000 - 4096, waiting: 4096 - 64 })
    cli.stop()
    expect(cli.counts().waiting).toBe(0)
  })
})
