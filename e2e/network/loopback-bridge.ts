// Runs inside a network namespace and lets those outside reach what listens on its loopback, by a socket in the file
// system, which all namespaces share. The first line of a connection is the port it is for.
import { createConnection, createServer } from 'node:net'

const [path = ''] = process.argv.slice(2)
const server = createServer((outside) => {
  outside
    .on('error', () => undefined)
    .once('readable', () => {
      const bytes = outside.read() as Buffer | null
      if (!bytes) return
      const end = bytes.indexOf('\n')
      const inside = createConnection(Number(bytes.subarray(0, end)), '127.0.0.1')
      inside.on('error', () => outside.destroy())
      outside.on('close', () => inside.destroy())
      inside.on('close', () => outside.destroy())
      inside.write(bytes.subarray(end + 1))
      outside.pipe(inside).pipe(outside)
    })
})
server.listen(path, () => console.log(JSON.stringify({ url: path })))
process.stdin.on('end', () => process.exit()).resume()
