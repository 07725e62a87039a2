// The server of the usual demo: passes everything on to everybody else. Says its port, and lives as long as its parent.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'

const [host = '127.0.0.1'] = process.argv.slice(2)
const http = createServer()
const server = new Server(http, { cors: { origin: '*' } })
server.on('connection', (socket) => socket.on('said', (said) => socket.broadcast.emit('said', said)))
http.listen(0, host, () =>
  console.log(JSON.stringify({ url: `http://${host}:${(http.address() as AddressInfo).port}` })),
)
process.stdin.on('end', () => process.exit()).resume()
