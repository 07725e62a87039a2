// Measures several ways to do the same thing in turn, so that whatever else the machine does falls on all of them.

/** Every way's results, in the order of the runs. A run before the first is not counted: it starts codecs and threads. */
export async function inTurn<W extends string, T>(
  ways: Readonly<Record<W, () => Promise<T>>>,
  runs: number,
  told: (run: number, results: Readonly<Record<W, T>>) => void,
): Promise<Readonly<Record<W, readonly T[]>>> {
  const names = Object.keys(ways) as W[]
  const measured = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<W, T[]>
  for (let run = 0; run <= runs; run++) {
    // Each way round in turn, so that none always comes after the same other.
    const order = run % 2 === 0 ? names : names.toReversed()
    const results = {} as Record<W, T>
    for (const name of order) results[name] = await ways[name]()
    if (run === 0) continue
    for (const name of names) measured[name].push(results[name])
    told(run, results)
  }
  return measured
}
