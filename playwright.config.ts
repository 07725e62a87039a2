import { defineConfig } from '@playwright/test'
import { host } from './e2e/host.ts'

/** One page or one quiet app at a time, and no call. */
const light =
  /\/(?:ui|languages|verify-ui|new-key-ui|host-contract|host-contract\/\w+|evil-server|vault|recording-proxy|relay)\.spec\.ts$/

// A test of a call starts two apps and a server: two cores carry one of those at a time, and one light test beside it.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  projects: [
    { name: 'calls', testIgnore: light, workers: 1 },
    { name: 'light', testMatch: light, workers: 1 },
  ],
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env['CI'],
  retries: 0,
  reporter: [['list'], ['./e2e/host-reporter.ts']],
  metadata: { host },
})
