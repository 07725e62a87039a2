// Prints one line for each case of a conformance run and counts them. Knows nothing of what is checked.

export type Report = {
  /** Prints `ok NAME`, or `FAIL NAME: reason` if the check throws. */
  check(name: string, check: () => void): void
  skip(name: string, reason: string): void
  fail(name: string, reason: string): void
  /** `N passed, N failed, N skipped`. */
  summary(): string
  failed(): number
}

export function createReport(print: (line: string) => void): Report {
  let passed = 0
  let failed = 0
  let skipped = 0

  function fail(name: string, reason: string): void {
    failed += 1
    print(`FAIL ${name}: ${reason}`)
  }

  return {
    check: (name, check) => {
      try {
        check()
      } catch (error) {
        fail(name, error instanceof Error ? error.message : 'not an error')
        return
      }
      passed += 1
      print(`ok ${name}`)
    },
    skip: (name, reason) => {
      skipped += 1
      print(`skip ${name}: ${reason}`)
    },
    fail,
    summary: () => `${passed} passed, ${failed} failed, ${skipped} skipped`,
    failed: () => failed,
  }
}

/** Throws unless both are the same JSON value. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (expected === undefined) throw new Error('missing in the file')
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error('differs')
}

export function expectThat(condition: boolean, reason: string): void {
  if (!condition) throw new Error(reason)
}
