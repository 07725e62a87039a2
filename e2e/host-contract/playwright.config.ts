// Runs the host contract alone: npx playwright test -c e2e/host-contract
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '..',
  testMatch: ['host-contract.spec.ts', 'host-contract/*.spec.ts'],
  outputDir: '../../test-results/host-contract',
  timeout: 60_000,
  workers: 2,
  fullyParallel: true,
  reporter: [['list'], ['../host-reporter.ts']],
})
