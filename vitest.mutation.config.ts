import { defineConfig } from 'vitest/config'

/**
 * The tests that judge mutants, see docs/mutation.md. Left out is what takes seconds and tells nothing that the others
 * do not: a mutant would wait for it each time.
 */
export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'sp1/**/*.test.ts',
      'main/call/call-{machine,beginnings,endings,deadlines,switches,recovery}.test.ts',
      'main/call/frame-layer.test.ts',
    ],
    exclude: ['sp1/attacker.test.ts', 'sp1/grinding.test.ts', 'sp1/wire-sizes.test.ts'],
    testTimeout: 60_000,
  },
})
