// `npm run cli -- status`: the command line on plain Node, for an app that was started from this folder. It finds the folder
// where an unpackaged app keeps its files, and hands over to the same code that the packed program runs.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readCommandLine } from '../main/command-line.ts'
import { runCli } from '../main/control/cli.ts'
import { profileFolder } from '../main/data-folder.ts'

function appData(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  if (process.platform === 'win32') return process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming')
  return process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
}

const folderSwitch = '--user-data-dir='
const args = process.argv.slice(2)
const given = args.find((arg) => arg.startsWith(folderSwitch))?.slice(folderSwitch.length)
const order = args.filter((arg) => !arg.startsWith(folderSwitch))
const { profile } = readCommandLine(['--cli', ...order])

process.exitCode = await runCli({
  args: order,
  folder: profileFolder(given || join(appData(), 'Earshot'), profile),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})
