// Owns ipcMain: the app's handlers and listeners. Knows frames and pages only as the event that is passed to them.
import { EventEmitter } from 'node:events'
import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent } from 'electron'
import { createCodec } from '../page/codec.ts'
import { offeredClass, type Part } from '../refusal.ts'

export const codec = createCodec()

type InvokeListener = Parameters<IpcMain['handle']>[1]

const handlers = new Map<string, InvokeListener>()

class HostIpcMain extends EventEmitter implements Part<IpcMain> {
  handle(channel: string, listener: InvokeListener): void {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    if (typeof listener !== 'function') {
      throw new TypeError(`Expected handler to be a function, but found type '${typeof listener}'`)
    }
    handlers.set(channel, listener)
  }
  handleOnce(channel: string, listener: InvokeListener): void {
    this.handle(channel, (event, ...args: unknown[]) => {
      this.removeHandler(channel)
      return listener(event, ...args) as unknown
    })
  }
  removeHandler(channel: string): void {
    handlers.delete(channel)
  }
}

const HostedIpcMain = offeredClass<new () => IpcMain>('IpcMain')(HostIpcMain)
export const ipcMain = new HostedIpcMain()

export const deliver = (event: IpcMainEvent, channel: string, args: unknown[]): void =>
  void ipcMain.emit(channel, event, ...args)

export type InvokeOutcome = { ok: true; value: string } | { ok: false; error: string }

/** Runs the app's handler; `args` and the outcome's value are the codec's text. The error is Electron's sentence. */
export async function invoke(
  event: IpcMainInvokeEvent,
  channel: string,
  args: string,
): Promise<InvokeOutcome> {
  try {
    const handler = handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    const result: unknown = await handler(event, ...(codec.decode(args) as unknown[]))
    return { ok: true, value: codec.encode(result) }
  } catch (error) {
    console.error(`Error occurred in handler for '${channel}':`, error)
    return { ok: false, error: `Error invoking remote method '${channel}': ${String(error)}` }
  }
}
