// `window.shell`: all that the page gets of Electron. Names come from the contract; what they mean is main's.
import { contextBridge, ipcRenderer } from 'electron'
import { channelPrefix, pushNames, requestNames } from '../contract/ipc-names.ts'

const requests = Object.fromEntries(
  requestNames.map((name) => [name, (payload: unknown) => ipcRenderer.invoke(channelPrefix + name, payload)]),
)

/** SECURITY: a listener gets the pushed value alone; the event would carry `sender`, which is ipcRenderer. */
function subscribe(name: string, listener: (push: unknown) => void): () => void {
  const receive = (_event: unknown, push: unknown) => listener(push)
  ipcRenderer.on(channelPrefix + name, receive)
  return () => void ipcRenderer.off(channelPrefix + name, receive)
}

const subscriptions = Object.fromEntries(
  pushNames.map((name) => [name, (listener: (push: unknown) => void) => subscribe(name, listener)]),
)

// The bridge freezes what it exposes, at every depth.
contextBridge.exposeInMainWorld('shell', { ...requests, on: subscriptions })
