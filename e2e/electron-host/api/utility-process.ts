// Owns utilityProcess: a Node child process whose other end is process.parentPort (utility-child.ts).
import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import path from 'node:path'
import type { ForkOptions, UtilityProcess } from 'electron'
import { realNode } from '../real-node.ts'
import { offeredClass, offeredStatics, refusal, type Part } from '../refusal.ts'
import { appIsReady } from './app.ts'

const child = path.join(import.meta.dirname, '..', 'utility-child.ts')
const DONE_HERE = new Set(['env', 'execArgv', 'cwd', 'stdio', 'serviceName'])

type Stream = 'pipe' | 'ignore' | 'inherit'

class HostUtilityProcess extends EventEmitter implements Part<UtilityProcess> {
  readonly stdout: NodeJS.ReadableStream | null
  readonly stderr: NodeJS.ReadableStream | null
  pid: number | undefined
  #process: ChildProcess

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super()
    const [, out, err] = streams(options.stdio)
    this.#process = fork(modulePath, args, {
      execPath: realNode,
      execArgv: [...(options.execArgv ?? []), '--import', child],
      env: { ...((options.env as NodeJS.ProcessEnv | undefined) ?? process.env) },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      serialization: 'advanced',
      stdio: ['ignore', out, err, 'ipc'],
    })
    this.stdout = this.#process.stdout
    this.stderr = this.#process.stderr
    this.#process.on('spawn', () => {
      this.pid = this.#process.pid
      this.emit('spawn')
    })
    this.#process.on('message', (message) => this.emit('message', message))
    this.#process.on('error', (error) => console.error('electron host: utility process:', error))
    this.#process.on('exit', (code) => {
      this.pid = undefined
      this.emit('exit', code ?? 1)
    })
    process.once('exit', () => this.#process.kill('SIGKILL'))
  }
  postMessage(message: unknown, transfer: unknown[] = []): void {
    if (transfer.length > 0) throw refusal('utilityProcess.postMessage with ports')
    if (this.#process.connected) this.#process.send(message as object)
  }
  kill(): boolean {
    return this.#process.kill('SIGTERM')
  }
}

function streams(stdio: ForkOptions['stdio'] = 'inherit'): Stream[] {
  return typeof stdio === 'string' ? Array<Stream>(3).fill(stdio as Stream) : stdio
}

const HostedUtilityProcess =
  offeredClass<new (modulePath: string, args: string[], options: ForkOptions) => UtilityProcess>(
    'UtilityProcess',
  )(HostUtilityProcess)

export const utilityProcess = offeredStatics<typeof Electron.UtilityProcess>('UtilityProcess', {
  fork(modulePath, args = [], options = {}) {
    if (!appIsReady()) throw new Error('utilityProcess cannot be created before app is ready')
    for (const name of Object.keys(options)) {
      if (!DONE_HERE.has(name)) throw refusal(`utilityProcess.fork option ${name}`)
    }
    return new HostedUtilityProcess(modulePath, args, options)
  },
})
