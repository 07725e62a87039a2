// Prints one line for each case of a conformance run and counts them, kind by kind. Knows nothing of what is checked.

export type Report = {
  /** Prints `ok NAME`, or `FAIL NAME: reason` if the check throws. */
  check(name: string, check: () => void): void
  checkAsync(name: string, check: () => Promise<void>): Promise<void>
  skip(name: string, reason: string): void
  fail(name: string, reason: string): void
}

export type Reports = {
  /** Where the cases of one kind are counted. */
  kind(name: string): Report
  /** `KIND: N passed, N failed, N skipped` for each kind that was asked for, and the same for `total`. */
  summary(): readonly string[]
  failed(): number
}

interface Counts {
  passed: number
  failed: number
  skipped: number
}

export function createReports(print: (line: string) => void): Reports {
  const kinds = new Map<string, Counts>()
  const total = (): Counts =>
    [...kinds.values()].reduce(
      (sum, one) => ({
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        skipped: sum.skipped + one.skipped,
      }),
      { passed: 0, failed: 0, skipped: 0 },
    )

  function kind(kindName: string): Report {
    const counts = kinds.get(kindName) ?? { passed: 0, failed: 0, skipped: 0 }
    kinds.set(kindName, counts)
    const pass = (name: string): void => {
      counts.passed += 1
      print(`ok ${name}`)
    }
    const fail = (name: string, reason: string): void => {
      counts.failed += 1
      print(`FAIL ${name}: ${reason}`)
    }
    const failBy = (name: string, error: unknown) =>
      fail(name, error instanceof Error ? error.message : 'not an error')

    return {
      check(name, check) {
        try {
          check()
        } catch (error) {
          return failBy(name, error)
        }
        pass(name)
      },
      checkAsync: (name, check) =>
        check().then(
          () => pass(name),
          (error: unknown) => failBy(name, error),
        ),
      skip(name, reason) {
        counts.skipped += 1
        print(`skip ${name}: ${reason}`)
      },
      fail,
    }
  }

  return {
    kind,
    summary: () =>
      [...kinds, ['total', total()] as const].map(
        ([name, { passed, failed, skipped }]) =>
          `${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
      ),
    failed: () => total().failed,
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
