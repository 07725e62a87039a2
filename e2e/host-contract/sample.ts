// Starts the sample app of the host contract, with a profile of its own that is removed afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test as base, _electron, expect, type ElectronApplication, type Page } from '@playwright/test'
import '../host.ts'

/** What the sample app's main process keeps on globalThis (app/main.mjs). */
export interface Sample {
  window: Electron.BrowserWindow
  events: unknown[][]
  questions: unknown[][]
  allowMedia: boolean
  checkMedia: boolean
  displayMedia: boolean
  denyClose: boolean
  denyRedirect: boolean
  open(options?: Electron.BrowserWindowConstructorOptions): Electron.BrowserWindow
  fork(options?: Electron.ForkOptions): Electron.UtilityProcess
}

/** What the sample page has on window (app/preload.cjs, app/page/index.js). */
export interface SampleWindow extends Window {
  api: {
    echo(value: unknown): Promise<{ value: unknown; sender: string; id: number }>
    describe(value: unknown): Promise<unknown>
    fail(): Promise<never>
    unknown(): Promise<never>
    note(text: string): void
    onNoted(listener: (text: string) => void): () => void
    add(a: number, b: number): number
    twice(callback: (value: number) => number): number
    throwNow(): never
    argument: string
    process: object
  }
  apiWasThere: boolean
  violations: string[]
  work(value: number): Promise<number>
  shared: Promise<string>
  noted: string[]
  marked: boolean
}

export interface Running {
  app: ElectronApplication
  page: Page
  userData: string
  /** Lines that the main process has written to stderr. */
  stderr(): string
  /** Runs in the main process, with the sample's state. */
  main<Result>(run: (electron: typeof Electron, sample: Sample) => Result | Promise<Result>): Promise<Result>
  events(name: string): Promise<unknown[][]>
}

export interface Launch {
  userData?: string
  args?: string[]
  colorScheme?: 'light' | 'dark' | null
  /** Instead of the environment of the tests. */
  env?: Record<string, string>
}

export const sampleApp = path.join(import.meta.dirname, 'app')
export const electronBinary = (): string => createRequire(import.meta.url)('electron') as string

export const test = base.extend<{ launch: (options?: Launch) => Promise<Running> }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  launch: async ({}, use) => {
    const running: Running[] = []
    const temporary: string[] = []
    await use(
      async ({ userData = mkdtempSync(path.join(tmpdir(), 'host-contract-')), args = [], ...more } = {}) => {
        temporary.push(userData)
        const started = await start(userData, args, more)
        running.push(started)
        return started
      },
    )
    for (const { app } of running) await app.close()
    for (const folder of temporary) rmSync(folder, { recursive: true, force: true })
  },
})
export { expect }

async function start(
  userData: string,
  args: string[],
  more: Omit<Launch, 'userData' | 'args'>,
): Promise<Running> {
  const app = await _electron.launch({
    args: [
      '-r',
      path.join(import.meta.dirname, '..', 'probe.cjs'),
      `--user-data-dir=${userData}`,
      '--use-fake-device-for-media-stream',
      ...args,
      sampleApp,
    ],
    ...more,
  })
  let stderr = ''
  app.process().stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const page = await app.firstWindow()
  await page.waitForFunction(() => (window as unknown as SampleWindow).apiWasThere)
  const main = (run: (electron: typeof Electron, sample: Sample) => unknown): Promise<unknown> =>
    app.evaluate((electron, source) => {
      // Playwright passes one function; the caller's goes along as text, so that it can have the sample too.
      const run = (0, eval)(`(${source})`) as (electron: unknown, sample: unknown) => unknown
      return run(electron, (globalThis as unknown as { sample: unknown }).sample)
    }, String(run))
  return {
    app,
    page,
    userData,
    stderr: () => stderr,
    main: main as Running['main'],
    async events(name) {
      const events = (await main((_electron, sample) => sample.events)) as unknown[][]
      return events.filter(([kind]) => kind === name)
    },
  }
}

/** Starts the same profile again from the command line, as a link does; resolves with its exit code. */
export function startAgain(userData: string, link: string): Promise<number | null> {
  const args = ['--no-sandbox', `--user-data-dir=${userData}`, sampleApp, link]
  const env = { ...process.env, CONTRACT_NAME: 'the second' }
  return new Promise((resolve) => spawn(electronBinary(), args, { env, stdio: 'ignore' }).on('exit', resolve))
}
