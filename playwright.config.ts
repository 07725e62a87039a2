import { defineConfig } from '@playwright/test'
import { host } from './e2e/host.ts'

/** Sound, pictures or a network are judged here, so that nothing else of the kind may run at the same time. */
const judged =
  /\/(?:calls|chat|control|device-change|doctor|frames|network|network-loss|peer-link|ring-outputs|ringing|screen-share|soak-calls|soak-doctor|soak-faults|sound-size|unguarded-frames|video)\.spec\.ts$/

// Two cores carry one of those at a time, and beside it one test of a page, or of what is allowed, refused and shown.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  projects: [
    { name: 'judged', testMatch: judged, workers: 1 },
    { name: 'beside', testIgnore: judged, workers: 1 },
  ],
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env['CI'],
  retries: 0,
  reporter: [['list'], ['./e2e/host-reporter.ts']],
  metadata: { host },
})
