const { contextBridge, ipcRenderer } = require('electron')

contextBridge.exposeInMainWorld('api', {
  echo: (value) => ipcRenderer.invoke('echo', value),
  describe: (value) => ipcRenderer.invoke('describe', value),
  fail: () => ipcRenderer.invoke('fail'),
  unknown: () => ipcRenderer.invoke('nobody-handles-this'),
  note: (text) => ipcRenderer.send('note', text),
  onNoted: (listener) => {
    const taken = (_event, text) => listener(text)
    ipcRenderer.on('noted', taken)
    return () => ipcRenderer.removeListener('noted', taken)
  },
  add: (a, b) => a + b,
  twice: (callback) => callback(callback(1)),
  throwNow: () => {
    throw new TypeError('thrown in the preload')
  },
  argument: process.argv.find((argument) => argument.startsWith('--contract=')),
  process: { sandboxed: process.sandboxed, type: process.type, isolated: process.contextIsolated },
})
