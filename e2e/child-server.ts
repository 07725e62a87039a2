// Starts a script that serves something and says where in its first line, `{"url": …}`. It ends when its standard input
// does, so that none outlives whoever started it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ChildServer {
  readonly url: string
  /** A line for it to read. */
  tell(line: string): void
  close(): Promise<void>
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
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    gone.then(() => Promise.reject(new Error(`${script} ended before it served`))),
  ])) as [string]
  return {
    url: (JSON.parse(line) as { url: string }).url,
    tell: (line) => void child.stdin.write(`${line}\n`),
    async close() {
      child.stdin.end()
      await gone
    },
  }
}
