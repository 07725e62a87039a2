import { expect, it } from 'vitest'
import { createFrameReadiness } from './frame-readiness.ts'
import type { FrameTestResult } from './frame-self-test.ts'

function readiness(...results: FrameTestResult[]) {
  const did: string[] = []
  const made = createFrameReadiness({
    test: async () => {
      did.push('test')
      return results.shift() ?? 'unknown'
    },
    report: async (passed) => did.push(`report ${passed}`),
  })
  return { made, did }
}

it('tries nothing out that main knows already', async () => {
  const { made, did } = readiness()
  made.look({ frameTest: 'passed' })
  expect(await made.result()).toBe('passed')
  expect(did).toEqual([])
})

it.each(['passed', 'failed'] as const)(
  'tries out once what main needs, and main is told first: %s',
  async (result) => {
    const { made, did } = readiness(result)
    const early = made.result()
    made.look({ frameTest: 'needed' })
    made.look({ frameTest: result })
    expect(await early).toBe(result)
    expect(await made.result()).toBe(result)
    expect(did).toEqual(['test', `report ${result === 'passed'}`])
  },
)

it('tells nothing of a trial without a result, and tries again before the next call', async () => {
  const { made, did } = readiness('unknown', 'passed')
  made.look({ frameTest: 'needed' })
  await new Promise((settled) => setTimeout(settled))
  expect(did).toEqual(['test'])
  expect(await made.result()).toBe('passed')
  expect(did).toEqual(['test', 'test', 'report true'])
})
