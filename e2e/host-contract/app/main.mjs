// The smallest app that uses what the host promises. The specs look at it and steer it through globalThis.sample.
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { app, BrowserWindow, ipcMain, net, protocol, session, shell, utilityProcess } from 'electron'

const here = path.dirname(fileURLToPath(import.meta.url))
const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'none'; img-src 'self'; style-src 'self'; " +
  "media-src blob: 'self'; require-trusted-types-for 'script'; trusted-types contract; frame-src 'self'"

const sample = {
  window: null,
  events: [],
  allowMedia: true,
  checkMedia: true,
  displayMedia: true,
  denyClose: false,
  quitting: false,
  questions: [],
  open: (options = {}) => openWindow(options),
  fork: (options) => utilityProcess.fork(path.join(here, 'child.mjs'), ['one', 'two'], options),
}
globalThis.sample = sample

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
])
app.enableSandbox()

if (app.requestSingleInstanceLock({ from: process.env['CONTRACT_NAME'] ?? 'nobody' })) {
  app.on('second-instance', (_event, argv, _directory, data) => {
    sample.events.push(['second-instance', argv.at(-1), data])
  })
  for (const name of ['before-quit', 'will-quit', 'quit'])
    app.on(name, () => console.error(`contract: ${name}`))
  app.on('before-quit', () => {
    sample.quitting = true
  })
  app.on('window-all-closed', () => {
    sample.events.push(['window-all-closed'])
  })
  app.on('web-contents-created', (_event, contents) => {
    sample.events.push(['web-contents-created', contents.id])
  })
  void app.whenReady().then(start)
} else {
  app.quit()
}

function answer(request) {
  const { pathname } = new URL(request.url)
  if (pathname === '/redirect') return Response.redirect('app://bundle/other.html')
  if (pathname === '/download') {
    return new Response('file', { headers: { 'content-disposition': 'attachment; filename="file.txt"' } })
  }
  const file = path.normalize(path.join(here, 'page', decodeURIComponent(pathname)))
  if (!file.startsWith(path.join(here, 'page') + path.sep)) return new Response('no', { status: 403 })
  return net.fetch(pathToFileURL(file).href).then((response) => {
    const headers = new Headers(response.headers)
    headers.set('content-security-policy', POLICY)
    headers.set('x-contract', 'passed on')
    return new Response(response.body, { status: response.status, headers })
  })
}

async function start() {
  protocol.handle('app', answer)
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide, details) => {
    sample.questions.push(['request', permission, details.mediaTypes ?? null, details.requestingUrl])
    decide(permission === 'media' && sample.allowMedia)
  })
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => {
    return permission === 'media' && sample.checkMedia
  })
  session.defaultSession.setDisplayMediaRequestHandler((_request, decide) => {
    decide(sample.displayMedia ? { video: { id: 'screen:0:0', name: 'Entire screen' } } : {})
  })
  session.defaultSession.on('will-download', (event, item) => {
    event.preventDefault()
    sample.events.push(['will-download', item.getURL()])
  })
  ipcMain.handle('echo', (event, value) => ({ value, sender: event.senderFrame.url, id: event.sender.id }))
  ipcMain.handle('describe', (_event, value) => ({
    date: value.date instanceof Date && value.date.getUTCFullYear(),
    bytes: value.bytes instanceof Uint8Array && [...value.bytes],
    map: value.map instanceof Map && value.map.get('key'),
    missing: 'missing' in value && value.missing === undefined,
  }))
  ipcMain.handle('fail', () => {
    throw new Error('nope from main')
  })
  ipcMain.on('note', (event, text) => {
    sample.events.push(['note', text])
    event.sender.send('noted', text.toUpperCase())
  })
  sample.window = openWindow({ show: true })
  await sample.window.loadURL('app://bundle/index.html')
}

function openWindow(options) {
  const window = new BrowserWindow({
    width: 640,
    height: 480,
    title: 'Contract',
    ...options,
    webPreferences: {
      preload: path.join(here, 'preload.cjs'),
      backgroundThrottling: false,
      additionalArguments: ['--contract=argument'],
    },
  })
  window.on('close', (event) => {
    if (sample.denyClose && !sample.quitting) {
      event.preventDefault()
      window.hide()
    }
  })
  const contents = window.webContents
  contents.setWindowOpenHandler(({ url }) => {
    if (url.startsWith('https:')) void shell.openExternal(url)
    return { action: 'deny' }
  })
  const note = (name, verdict) =>
    contents.on(name, (event, legacyUrl) => {
      const url = event.url ?? legacyUrl
      sample.events.push([name, url])
      if (verdict(url)) event.preventDefault()
    })
  note('will-navigate', (url) => !url.startsWith('app://bundle/'))
  note('will-frame-navigate', () => false)
  note('will-redirect', () => sample.denyRedirect === true)
  contents.on('render-process-gone', (_event, { reason }) =>
    sample.events.push(['render-process-gone', reason]),
  )
  return window
}
