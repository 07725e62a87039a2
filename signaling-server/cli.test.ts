import { createHmac } from 'node:crypto'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RelayAccess } from '../contract/signaling.ts'
import { newCertificate } from './test-certificate.ts'
import { connect, logIn, newPerson, randomText } from './test-client.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
  running.clear()
})

const run = (...args: string[]) => runUnder([], args)

function runUnder(nodeArgs: readonly string[], args: readonly string[]) {
  const child = spawn(process.execPath, [...nodeArgs, cli, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  running.add(child)
  const text = { out: '', err: '' }
  child.stdout!.on('data', (chunk: Buffer) => (text.out += chunk.toString()))
  child.stderr!.on('data', (chunk: Buffer) => (text.err += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...text }))
  const firstLine = async () => {
    while (!text.out.includes('\n')) await once(child.stdout!, 'data')
    return text.out.split('\n', 1)[0]!
  }
  return { child, ended, firstLine }
}

describe('the server as a program', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('prints its URL first and stops cleanly on %s', async (signal) => {
    const server = run('--port', '0')
    const url = await server.firstLine()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const drop = await connect(url, '/drop')
    server.child.kill(signal)
    await drop.closed
    expect(await server.ended).toEqual({ code: 0, out: `${url}\n`, err: '' })
  })

  // The shell that stands between npm and the program; Windows keeps no record of a parent that is gone.
  it.skipIf(process.platform === 'win32')('stops when npm, which started it, was stopped', async () => {
    const command = `"${process.execPath}" "${cli}" --port 0; true`
    const shell = spawn('sh', ['-c', command], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'server' },
    })
    const [line] = await once(shell.stdout, 'data')
    const drop = await connect(String(line).trim(), '/drop')
    shell.kill('SIGTERM')
    await drop.closed
    await expect(connect(String(line).trim(), '/drop')).rejects.toThrow()
  })

  it('says in one sentence that the port is in use', async () => {
    const { port } = new URL(await run('--port', '0').firstLine())
    const { code, out, err } = await run('--port', port).ended
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe(`Port ${port} is already in use; choose another with --port.\n`)
  })

  it('names the address that people enter when that is another', async () => {
    const server = run('--port', '0', '--host', '0.0.0.0', '--origin', 'https://earshot.example/')
    await server.firstLine()
    server.child.kill('SIGTERM')
    expect((await server.ended).out).toContain('People enter https://earshot.example\n')
  })

  it.each([
    [['--port', 'seven']],
    [['--port', '65536']],
    [['--host', '0.0.0.0']],
    [['--origin', 'earshot.example']],
    [['--unknown']],
    [['--tls-cert', 'cert.pem']],
    [['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--behind-proxy']],
    [['--tls-cert', 'cert.pem', '--tls-key', 'key.pem', '--origin', 'http://earshot.example']],
  ])('explains itself for %j', async (args) => {
    const { code, err } = await run(...args).ended
    expect(code).toBe(1)
    expect(err).toContain('Usage: npm run server')
    expect(err).not.toContain('    at ')
  })
})

describe('the server as a program that ends TLS', () => {
  let folder: string
  let paths: { cert: string; key: string }
  const put = async ({ cert, key }: { cert: string; key: string }) => {
    await writeFile(paths.cert, cert)
    await writeFile(paths.key, key)
  }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'earshot-tls-'))
    paths = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  })
  afterEach(() => rm(folder, { recursive: true }))
  const start = () => run('--port', '0', '--tls-cert', paths.cert, '--tls-key', paths.key)

  it('says what people enter and what they tick', async () => {
    await put(await newCertificate())
    const server = start()
    expect(await server.firstLine()).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    server.child.kill('SIGTERM')
    expect(await server.ended).toMatchObject({
      code: 0,
      out: expect.stringContaining('People also tick "This server ends TLS itself"'),
    })
  })

  it.skipIf(process.platform === 'win32')(
    'takes a renewed certificate on SIGHUP, and no bad one',
    async () => {
      const [first, second] = [await newCertificate(), await newCertificate()]
      await put(first)
      const server = start()
      const url = new URL(await server.firstLine())
      const shown = async () => {
        const socket = connectTls({ host: url.hostname, port: Number(url.port), rejectUnauthorized: false })
        await once(socket, 'secureConnect')
        const certificate = socket.getPeerX509Certificate()?.toString()
        socket.destroy()
        return certificate?.trim()
      }
      expect(await shown()).toBe(first.cert.trim())
      await put(second)
      server.child.kill('SIGHUP')
      await expect.poll(shown).toBe(second.cert.trim())
      await put({ ...first, key: second.key })
      server.child.kill('SIGHUP')
      await once(server.child.stderr!, 'data')
      expect(await shown()).toBe(second.cert.trim())
    },
  )

  it('says in one sentence that a file is missing, or is not what it should be', async () => {
    expect((await start().ended).err).toBe(`${paths.cert} cannot be read.\n`)
    await put({ ...(await newCertificate()), key: 'nothing' })
    expect((await start().ended).err).toBe(
      `${paths.cert} and ${paths.key} are not a certificate and its private key.\n`,
    )
  })

  it('speaks no TLS that is older than 1.3', async () => {
    await put(await newCertificate())
    const url = new URL(await start().firstLine())
    const port = Number(url.port)
    const socket = connectTls({ host: url.hostname, port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toMatch(/PROTOCOL_VERSION/)
  })
})

describe('the server as a program with a relay of its operator', () => {
  let folder: string
  let secretFile: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'earshot-secret-'))
    secretFile = join(folder, 'secret')
    await writeFile(secretFile, 'newer\nolder\n')
  })
  afterEach(() => rm(folder, { recursive: true }))
  const urls = 'stun:turn.example:3478,turn:turn.example:3478?transport=udp'
  const own = () => ['--port', '0', '--turn-urls', urls, '--turn-secret-file', secretFile]

  async function atHandle(url: string) {
    const drop = await connect(url, '/drop')
    const handle = randomText(16)
    await drop.ask('reply.open', { handle })
    const access = async () => v.parse(RelayAccess, await drop.ask('turn.get', { handle }))
    return { drop, handle, access }
  }
  const macOf = (secret: string, { username }: RelayAccess) =>
    createHmac('sha1', secret).update(username).digest('base64')

  it('says where the relay is, and gives credentials made with the newest secret', async () => {
    const server = run(...own())
    const { drop, access } = await atHandle(await server.firstLine())
    const given = await access()
    expect(given.urls).toEqual(urls.split(','))
    expect(given.credential).toBe(macOf('newer', given))
    drop.socket.disconnect()
    server.child.kill('SIGTERM')
    const { code, out, err } = await server.ended
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(`The relay is at ${urls.replace(',', ' ')}\n`)
    expect(out).not.toContain('newer')
  })

  it.skipIf(process.platform === 'win32')(
    'takes another secret on SIGHUP, and goes on with the old one without',
    async () => {
      const server = run(...own())
      const { drop, access } = await atHandle(await server.firstLine())
      await writeFile(secretFile, 'newest\nnewer\n')
      server.child.kill('SIGHUP')
      await once(server.child.stdout!, 'data')
      const given = await access()
      expect(given.credential).toBe(macOf('newest', given))
      await writeFile(secretFile, '')
      server.child.kill('SIGHUP')
      const [said] = await once(server.child.stderr!, 'data')
      expect(String(said)).toBe(`${secretFile} is empty. The old relay’s secret stays.\n`)
      const again = await access()
      expect(again.credential).toBe(macOf('newest', again))
      drop.socket.disconnect()
    },
  )

  it.each([
    [['--turn', '--turn-urls', urls], 'leave one out'],
    [['--turn-urls', urls], 'needs --turn-secret-file'],
    [['--turn-urls', 'https://turn.example', '--turn-secret-file', 'x'], 'must be up to eight addresses'],
    [['--turn-urls', urls, '--turn-secret-file', '/nowhere/secret'], 'cannot be read'],
    [['--turn-secret-file', 'x'], '--turn-secret-file needs --turn'],
    [['--turn-cli', '127.0.0.1:1'], '--turn-cli needs --turn'],
    [['--turn', '--turn-port', '0'], '--turn-port 0 is not a port number'],
    [['--turn', '--turn-ip', 'turn.example'], 'turn.example is not an IP address'],
    [['--turn', '--turn-relay-ports', '500-400'], 'must be two port numbers'],
  ])('says in one sentence what is wrong with %j', async (args, sentence) => {
    const { code, out, err } = await run('--port', '0', ...args).ended
    expect([code, out]).toEqual([1, ''])
    expect(err.trim().split('\n')).toEqual([expect.stringContaining(sentence)])
  })

  it.each([
    [['--turn-cli', '127.0.0.1:5766'], 'belong together'],
    [['--turn-cli', 'somewhere', '--turn-cli-password-file'], 'must be a host and a port'],
  ])('says in one sentence what is wrong with %j of it', async (args, sentence) => {
    const { code, err } = await run(...own(), ...args, ...(args.length === 3 ? [secretFile] : [])).ended
    expect([code, err.trim().split('\n')]).toEqual([1, [expect.stringContaining(sentence)]])
  })

  it('says what to install when it has no relay to start', async () => {
    const server = spawn(process.execPath, [cli, '--port', '0', '--turn'], {
      stdio: ['ignore', 'inherit', 'pipe'],
      env: { ...process.env, PATH: folder },
    })
    running.add(server)
    let err = ''
    server.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()))
    expect(await once(server, 'close')).toEqual([1, null])
    expect(err).toMatch(/^--turn needs the program turnserver: install coturn .*\n$/)
  })

  it('Z1: holds no relay credentials of a call that is over', async () => {
    const server = runUnder(heapDumpsTo(folder), own())
    const url = await server.firstLine()
    const [over, open] = [await atHandle(url), await atHandle(url)]
    const given = await over.access()
    await open.access()
    await over.drop.ask('reply.close', { handle: over.handle })
    over.drop.socket.disconnect()
    const heap = await heapDump(server.child, folder)
    // What is there is found: the address of the relay, and the handle of the call that goes on.
    const found = [urls.split(',')[0]!, open.handle, given.username, given.credential].map((text) =>
      heap.includes(text),
    )
    expect(found).toEqual([true, true, false, false])
    open.drop.socket.disconnect()
  })
})

/** What makes Node write its heap to a folder on `SIGUSR2`. */
const heapDumpsTo = (folder: string) => ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`]

async function heapDump(child: ChildProcess, folder: string): Promise<string> {
  child.kill('SIGUSR2')
  const snapshot = async () => {
    const file = (await readdir(folder)).find((name) => name.endsWith('.heapsnapshot'))
    return file === undefined ? '' : readFile(join(folder, file), 'latin1')
  }
  await expect.poll(async () => (await snapshot()).trimEnd().endsWith(']}'), { timeout: 15_000 }).toBe(true)
  return snapshot()
}

describe('the server inside the app', () => {
  // Electron's message port, over Node's own.
  const parentPort = `data:text/javascript,process.parentPort={
    postMessage:(report)=>process.send(report),
    on:(event,listener)=>process.on(event,(data)=>listener({data}))
  }`

  function runInside(...args: string[]) {
    const server = runUnder(['--import', parentPort.replaceAll(/\s/g, '')], args)
    const reports: unknown[] = []
    server.child.on('message', (report) => reports.push(report))
    return { ...server, reports }
  }

  it('reports its address and how many are logged in, and stops when it is told to', async () => {
    const server = runInside('--port', '0')
    const url = await server.firstLine()
    const { box } = await logIn(url, newPerson())
    box.socket.disconnect()
    await expect.poll(() => server.reports).toHaveLength(3)
    expect(server.reports).toEqual([
      { type: 'listening', url },
      { type: 'clients', count: 1 },
      { type: 'clients', count: 0 },
    ])
    server.child.send({ type: 'no such order' })
    server.child.send({ type: 'stop' })
    expect(await server.ended).toMatchObject({ code: 0, err: '' })
  })

  it('reports that the port is in use', async () => {
    const { port } = new URL(await run('--port', '0').firstLine())
    const server = runInside('--port', port)
    const [report] = await once(server.child, 'message')
    expect(report).toEqual({ type: 'failed', code: 'port-in-use' })
  })
})

describe('the memory of the server', () => {
  it('R23: holds no internet address and no header of a connected client', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'earshot-heap-'))
    const server = runUnder(heapDumpsTo(folder), ['--port', '0', '--behind-proxy'])
    const drop = await connect(await server.firstLine(), '/drop', {
      extraHeaders: { 'x-forwarded-for': '198.51.100.77', 'user-agent': 'Canary/1.0' },
    })
    const handle = randomText(16)
    await drop.ask('reply.open', { handle })
    const heap = await heapDump(server.child, folder)
    // The handle shows that the search finds what is there.
    const found = [handle, '198.51.100.77', 'Canary/1.0'].map((text) => heap.includes(text))
    expect(found).toEqual([true, false, false])
    drop.socket.disconnect()
    await rm(folder, { recursive: true })
  })
})
