// Runs first in every utility process: gives it process.parentPort, and an end when its parent has one.
import { EventEmitter } from 'node:events'
import type { ParentPort } from 'electron'

const port = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => void process.send?.(message),
}) as unknown as ParentPort

process.on('message', (data) => port.emit('message', { data, ports: [] }))
process.on('disconnect', () => process.exit(0))
Object.defineProperty(process, 'parentPort', { value: port })
Object.defineProperty(process, 'type', { value: 'utility' })
