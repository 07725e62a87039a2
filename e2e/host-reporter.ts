// Prints which host ran the suite, first and last, so that nobody reads a stand-in run as an Electron run;
// and closes with the plain counts.
import type { FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter'
import { host, hostVersions } from './host.ts'

export default class HostReporter implements Reporter {
  private passed = 0
  private failed = 0
  private skipped = 0

  onBegin(_config: unknown, suite: Suite): void {
    console.log(`host: ${host} (${JSON.stringify(hostVersions())}), ${suite.allTests().length} tests`)
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    if (result.status === 'passed') this.passed++
    else if (result.status === 'skipped') this.skipped++
    else this.failed++
  }

  onEnd(_result: FullResult): void {
    console.log(`host: ${host}`)
    console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`)
  }

  printsToStdio(): boolean {
    return false
  }
}
