import { defineConfig } from '@playwright/test'
import { host } from './e2e/host.ts'

// Each test starts two apps and a server; two cores carry one such test at a time well.
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
