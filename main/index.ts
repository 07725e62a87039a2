// The main process before and around `ready`: what Chromium is told, which folder, which instance, which link.
// Everything that runs afterwards is put together in earshot.ts.
import { Menu, app, protocol } from 'electron'
import * as v from 'valibot'
import { appScheme, appSchemePrivileges } from './app-protocol.ts'
import { readCommandLine } from './command-line.ts'
import { runCli } from './control/cli.ts'
import { dataFolderOf, useDataFolder } from './data-folder.ts'
import { isLink, linkScheme } from './desktop/deep-link.ts'
import { lockNavigation } from './desktop/navigation.ts'
import { startEarshot } from './earshot.ts'
import { createLog, traceOf } from './log.ts'

const log = createLog((line) => process.stderr.write(line))
// A bug outside a request ends here. The app goes on: a call that talks is worth more than a tidy end.
process.on('uncaughtException', (error) => log.note('bug', traceOf(error)))
process.on('unhandledRejection', (reason) => log.note('bug', traceOf(reason)))

const commandLine = readCommandLine(process.argv.slice(1))

// An order for the Earshot that runs. Electron waits for this module before it goes on to Chromium (electron#40719), and here
// that is what is wanted: nothing has started yet, and nothing does.
if (commandLine.cli !== null) {
  const written: Promise<void>[] = []
  const say = (stream: NodeJS.WriteStream) => (text: string) =>
    void written.push(new Promise((done) => stream.write(text, () => done())))
  const code = await runCli({
    args: commandLine.cli,
    folder: dataFolderOf(app, commandLine.profile),
    out: say(process.stdout),
    err: say(process.stderr),
  })
  await Promise.all(written)
  process.exit(code)
}

// SECURITY: before `ready`, so that there is no page that the sandbox does not hold (E6).
app.enableSandbox()
// Media keys belong to whoever plays music, not to a phone.
addFeatures('disable-features', 'HardwareMediaKeyHandling,MediaSessionService')
// What opens the data channel is in the descriptions (docs/decisions/0025): the proof of a link need not wait for it.
addFeatures('enable-features', 'WebRtcSctpSnap')
protocol.registerSchemesAsPrivileged([{ scheme: appScheme, privileges: appSchemePrivileges }])
lockNavigation()
// No menu: its accelerators would reload the page in a call. macOS needs one for copy, paste and quit.
Menu.setApplicationMenu(
  process.platform === 'darwin'
    ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
    : null,
)

/** Beside what a person gave on the command line: Electron would put this in its place. */
function addFeatures(list: string, features: string): void {
  const given = app.commandLine.getSwitchValue(list)
  app.commandLine.appendSwitch(list, given ? `${given},${features}` : features)
}

const folder = useDataFolder(app, commandLine.profile)

/** What a second start hands over to the first; read as strictly as a file, since anybody may start a program. */
const HandedOver = v.strictObject({ link: v.nullable(v.pipe(v.string(), v.maxLength(4096))) })

if (app.requestSingleInstanceLock({ link: commandLine.link } satisfies v.InferOutput<typeof HandedOver>)) {
  // An unpackaged app would register the bare Electron it runs on.
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme)
  // Not awaited at the top level: Electron would wait for this module before it becomes ready (electron#40719).
  const running = app.whenReady().then(() => startEarshot({ folder, commandLine, log }))
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const handed = v.safeParse(HandedOver, data)
    const link = handed.success ? handed.output.link : null
    void running.then((earshot) => (link === null ? earshot.showWindow() : earshot.openLink(link)))
  })
  app.on('open-url', (event, url) => {
    event.preventDefault()
    if (isLink(url)) void running.then((earshot) => earshot.openLink(url))
  })
  app.on('activate', () => void running.then((earshot) => earshot.showWindow()))
  // Windows are hidden, not closed; only quitting ends the app.
  app.on('window-all-closed', () => undefined)
} else {
  app.exit(0)
}
