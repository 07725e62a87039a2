// Runs an app in a network namespace so that Playwright, outside, can drive it: the debuggers that the app opens on its
// loopback get a port out here, and what the app says of them names that port.
//
//   node enter.ts NAMESPACE BRIDGE FOLDER COMMAND ...   FOLDER has `hosts` and `resolv.conf` as the app is to see them
import { spawn } from 'node:child_process'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

const [namespace = '', bridge = '', folder = '', ...command] = process.argv.slice(2)

/** `ip netns exec` has file systems of its own, so that nothing of this is seen outside. */
const enter =
  'mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/resolv.conf" /etc/resolv.conf && exec "$@"'
const app = spawn('ip', ['netns', 'exec', namespace, 'sh', '-c', enter, folder, ...command], {
  stdio: ['inherit', 'inherit', 'pipe'],
})

async function outsidePort(port: number): Promise<number> {
  const server = createServer((outside) => {
    const inside = createConnection(bridge)
    outside.on('error', () => undefined).on('close', () => inside.destroy())
    inside.on('error', () => undefined).on('close', () => outside.destroy())
    inside.write(`${port}\n`)
    outside.pipe(inside).pipe(outside)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

const lines = createInterface(app.stderr)
let turn = Promise.resolve()
lines.on('line', (line) => {
  turn = turn.then(async () => {
    const found = /^(?:Debugger|DevTools) listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)
    const port = found?.[1]
    const told = port ? line.replace(`:${port}/`, `:${await outsidePort(Number(port))}/`) : line
    process.stderr.write(`${told}\n`)
  })
})
app.on('error', (error) => console.error(error.message))
app.on('close', (code) => void turn.then(() => process.exit(code ?? 1)))
