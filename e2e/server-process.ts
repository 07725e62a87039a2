// A signaling server as a process of its own, with room for a whole suite. Its options are one JSON argument; it says its
// address in one line, and lives as long as its parent.
import { createSignalingServer, type SignalingServerOptions } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as SignalingServerOptions
const server = await createSignalingServer({ host: '127.0.0.1', port: 0, limits: roomy, ...options })
console.log(JSON.stringify({ url: server.url }))
process.stdin.on('end', () => process.exit()).resume()
