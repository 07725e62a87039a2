// `npm run e2e`: gets what the built app runs on, builds it, and hands over to Playwright. Arguments go to Playwright.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { ensureBuilt } from '../build/app-build.ts'
import { ensureRuntime, MissingRuntime } from './runtime/runtime.ts'

const root = resolve(import.meta.dirname, '..')

async function run(): Promise<number> {
  const runtime = await ensureRuntime({ allowInstall: true })
  try {
    await ensureBuilt(root, console.log)
    const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli')
    const tests = spawn(process.execPath, [playwright, 'test', ...process.argv.slice(2)], {
      cwd: root,
      env: { ...process.env, ...runtime.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    return await new Promise<number>((done) => tests.on('exit', (code) => done(code ?? 1)))
  } finally {
    await runtime.stop()
  }
}

try {
  process.exitCode = await run()
} catch (error) {
  if (!(error instanceof MissingRuntime)) throw error
  console.error(error.message)
  process.exitCode = 1
}
