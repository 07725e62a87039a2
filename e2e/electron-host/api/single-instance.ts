// Owns the single-instance lock: a file with the owner's process id, and an inbox folder in which later instances leave
// their command line. All synchronous, as requestSingleInstanceLock is.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import path from 'node:path'

export interface SecondInstance {
  argv: string[]
  workingDirectory: string
  additionalData: unknown
}

export interface InstanceLock {
  release(): void
}

const ATTEMPTS = 3

/** Takes the lock of this profile, or hands `message` to the instance that has it and returns null. */
export function takeInstanceLock(
  profile: string,
  message: SecondInstance,
  onSecondInstance: (message: SecondInstance) => void,
): InstanceLock | null {
  const folder = path.join(profile, 'HostSingleton')
  const inbox = path.join(folder, 'inbox')
  const lockFile = path.join(folder, 'lock')
  mkdirSync(inbox, { recursive: true })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
      return hold(lockFile, inbox, onSecondInstance)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isAlive(Number(readFileSync(lockFile, 'utf8')))) {
        leave(inbox, message)
        return null
      }
      rmSync(lockFile, { force: true })
    }
  }
  return null
}

function hold(lockFile: string, inbox: string, receive: (message: SecondInstance) => void): InstanceLock {
  const readInbox = (): void => {
    for (const name of readdirSync(inbox).filter((file) => file.endsWith('.json'))) {
      const file = path.join(inbox, name)
      const message = JSON.parse(readFileSync(file, 'utf8')) as SecondInstance
      rmSync(file, { force: true })
      receive(message)
    }
  }
  const watcher = watch(inbox, readInbox)
  watcher.unref()
  readInbox()
  let held = true
  const release = (): void => {
    if (!held) return
    held = false
    watcher.close()
    rmSync(lockFile, { force: true })
  }
  process.on('exit', release)
  return { release }
}

function leave(inbox: string, message: SecondInstance): void {
  const name = `${process.pid}-${Date.now()}`
  const unfinished = path.join(inbox, `.${name}`)
  writeFileSync(unfinished, JSON.stringify(message))
  renameSync(unfinished, path.join(inbox, `${name}.json`)) // never seen half written
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
