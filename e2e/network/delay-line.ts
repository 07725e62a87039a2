// A long way for packets of IP: whatever comes in at one of two tun devices leaves by the other, some time later and in
// the same order. socat opens the devices and hands their packets over by UDP, on a loopback that nobody else uses.
//
//   node delay-line.ts NAME DELAY_MS PORT   makes NAMEnear and NAMEfar; uses four ports; another delay by a line of input
import { spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

const [name = '', firstDelayMs = '0', firstPort = '0'] = process.argv.slice(2)
const loopback = '127.0.0.1'
let delayMs = Number(firstDelayMs)
// A busy computer must not make the way longer. What is started from here inherits it.
setPriority(constants.priority.PRIORITY_HIGHEST)

interface End {
  readonly device: string
  readonly socket: Socket
  readonly socatPort: number
}

async function open(which: 'near' | 'far', at: number): Promise<End> {
  const [port, socatPort] = [Number(firstPort) + 2 * at, Number(firstPort) + 2 * at + 1]
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 })
  await new Promise<void>((done) => socket.bind(port, loopback, done))
  const device = `${name}${which}`
  const tun = `TUN,tun-name=${device},tun-type=tun,iff-no-pi,iff-up`
  const socat = spawn('socat', [tun, `UDP4:${loopback}:${port},bind=${loopback}:${socatPort}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  socat.on('exit', () => process.exit(1))
  process.on('exit', () => socat.kill('SIGKILL'))
  // Whoever is told that the line is there leads packets through its devices.
  while (!existsSync(`/sys/class/net/${device}`)) await delay(5)
  return { device, socket, socatPort }
}

/** One queue for each direction, so that what went in first comes out first, also when the way has become shorter. */
function forward(from: End, to: End): void {
  const underway: { readonly packet: Buffer; readonly dueMs: number }[] = []
  let timer: NodeJS.Timeout | undefined
  function deliver(): void {
    const nowMs = performance.now()
    // A timer is late by up to a millisecond: half of it is as near as it gets.
    while (underway[0] && underway[0].dueMs <= nowMs + 0.5)
      to.socket.send(underway.shift()!.packet, to.socatPort, loopback)
    timer = underway[0] && setTimeout(deliver, underway[0].dueMs - nowMs)
  }
  from.socket.on('message', (packet) => {
    underway.push({ packet, dueMs: performance.now() + delayMs })
    timer ??= setTimeout(deliver, delayMs)
  })
}

const [near, far] = await Promise.all([open('near', 0), open('far', 1)])
forward(near, far)
forward(far, near)
createInterface(process.stdin)
  .on('line', (line) => (delayMs = Number(line)))
  .on('close', () => process.exit())
console.log(JSON.stringify({ url: name }))
