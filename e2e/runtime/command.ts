// What every command line has in common that lets the built app run: how it speaks, what it runs on, and how it ends.
import { ensureRuntime, MissingRuntime, type Runtime } from './runtime.ts'

const startedMs = Date.now()
/** A line with the seconds since the start before it. */
export const say = (line: string): void =>
  console.log(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`)

/** Gets what the app runs on, names it in the environment, and takes it away afterwards. */
export async function withRuntime(
  use: (runtime: Runtime) => Promise<number>,
  { headed = false } = {},
): Promise<number> {
  const runtime = await ensureRuntime({ allowInstall: true, headed, say })
  Object.assign(process.env, runtime.env)
  try {
    return await use(runtime)
  } finally {
    await runtime.stop()
  }
}

/** The exit code is what `run` gives; 1 for what it throws, of which a missing runtime says itself what to do. */
export async function exitWith(run: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await run()
  } catch (error) {
    console.error(error instanceof MissingRuntime ? error.message : error)
    process.exitCode = 1
  }
}
