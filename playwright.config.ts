import { defineConfig } from '@playwright/test'
import { host } from './e2e/host.ts'

// A test of a call starts two apps and a server, which is what two cores carry. With another test beside it files were still on
// their way, and calls not yet answered, when the patience of a test was over.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env['CI'],
  retries: 0,
  reporter: [['list'], ['./e2e/host-reporter.ts']],
  metadata: { host },
})
