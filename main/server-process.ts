// Starts the signaling server's file as a process of its own, by path: main does not import the server.
import { join } from 'node:path'
import { utilityProcess } from 'electron'
import type { ServerProcess } from './embedded-server.ts'

/** Shares nothing with the app but the port for the words of embedded-server.ts; 0 takes a free port. */
export function forkServer(port: number): ServerProcess {
  return utilityProcess.fork(
    join(import.meta.dirname, 'signaling-server.js'),
    ['--host', '127.0.0.1', '--port', `${port}`],
    { serviceName: 'Earshot server', stdio: 'ignore' },
  )
}
