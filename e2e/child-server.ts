// Starts a script that serves something and says where in its first line, `{"url": …}`. It ends when its standard input
// does, so that none outlives whoever started it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ChildServer {
  readonly url: string
  /** All of its first line. */
  readonly said: Readonly<Record<string, unknown>>
  /** A line for it to read. */
  tell(line: string): void
  /** The same, for one that answers each line with one of its own. */
  ask(line: string): Promise<string>
  close(): Promise<void>
  /** Ends it as a crash does: it can tell nobody. */
  kill(): Promise<void>
}

/** `within` is a command to run it by, such as `ip netns exec NAME`. Throws if it ends before it has said where it is. */
export async function startChildServer(
  script: string,
  args: readonly string[] = [],
  within: readonly string[] = [],
): Promise<ChildServer> {
  const [command, ...rest] = [...within, process.execPath, script, ...args] as [string, ...string[]]
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const [line] = (await Promise.race([
    once(lines, 'line'),
    gone.then(() => Promise.reject(new Error(`${script} ended before it served`))),
  ])) as [string]
  const said = JSON.parse(line) as { readonly url: string }
  const tell = (line: string) => void child.stdin.write(`${line}\n`)
  return {
    url: said.url,
    said,
    tell,
    async ask(line) {
      const answer = Promise.race([once(lines, 'line'), gone])
      tell(line)
      const [answered] = (await answer) as [unknown]
      if (typeof answered !== 'string') throw new Error(`${script} ended before it answered`)
      return answered
    },
    async close() {
      child.stdin.end()
      await gone
    },
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
