import { expect, test } from 'vitest'
import type { CallWarning } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import { exposureLimit } from './sas-exposure.ts'
import { createWarnings, KeptWarnings } from './warnings.ts'
import * as v from 'valibot'

const bea = 'b'.repeat(56) as Address
const idOf = (n: number) => String(n).padStart(22, '0') as CallId
const warning = (n: number, changes: Partial<CallWarning> = {}) => ({
  callId: idOf(n),
  direction: 'in' as const,
  reason: 'altered' as const,
  detail: 'sdp-fp',
  address: bea,
  atMs: n,
  ...changes,
})

function open(kept: KeptWarnings | null = null) {
  const saved: KeptWarnings[] = kept ? [kept] : []
  const time = { nowMs: 1_000_000 }
  const warnings = createWarnings({
    file: {
      save: (value) => Promise.resolve(void saved.push(v.parse(KeptWarnings, structuredClone(value)))),
    },
    kept,
    nowMs: () => time.nowMs,
  })
  return { warnings, time, reopen: () => open(saved.at(-1) ?? null) }
}
const noName = () => null

test('a warning stays through later ones and a restart, until it is dismissed', async () => {
  const { warnings, reopen } = open()
  await warnings.warn(warning(1))
  await warnings.warn(warning(2, { reason: 'sas-mismatch', detail: null }))
  const again = reopen().warnings
  expect(again.view(() => 'Bea').calls).toEqual([
    { ...warning(1), name: 'Bea' },
    { ...warning(2, { reason: 'sas-mismatch', detail: null }), name: 'Bea' },
  ])
  await again.dismiss(warning(1))
  await again.dismiss(warning(7))
  expect(again.view(noName).calls.map(({ callId }) => callId)).toEqual([idOf(2)])
})

test('one call gives one warning', async () => {
  const { warnings } = open()
  await warnings.warn(warning(1))
  await warnings.warn(warning(1))
  expect(warnings.view(noName).calls).toHaveLength(1)
})

test('a call of somebody else under the same id neither replaces a warning nor takes it away', async () => {
  const { warnings } = open()
  const carl = 'c'.repeat(56) as Address
  await warnings.warn(warning(1))
  await warnings.dismiss(warning(1, { address: carl }))
  await warnings.warn(warning(1, { address: carl }))
  expect(warnings.view(noName).calls.map(({ address }) => address)).toEqual([bea, carl])
})

test('of a crowd the newest twenty are kept, and a long detail does not spoil the file', async () => {
  const { warnings, reopen } = open()
  for (let n = 0; n < 30; n++) await warnings.warn(warning(n, { detail: 'x'.repeat(1_000) }))
  const { calls } = reopen().warnings.view(noName)
  expect(calls.map(({ callId }) => callId)).toEqual(Array.from({ length: 20 }, (_, i) => idOf(i + 10)))
})

test('codes that are tried are still counted after a restart, and forgotten after a day', async () => {
  const first = open()
  for (let n = 0; n < exposureLimit - 1; n++) await first.warnings.exposed()
  expect(first.warnings.codesTried()).toBe(false)
  const { warnings, time } = first.reopen()
  await warnings.exposed()
  expect([warnings.codesTried(), warnings.view(noName).codesTried]).toEqual([true, true])
  time.nowMs += 24 * 3_600_000
  expect([warnings.codesTried(), warnings.view(noName).codesTried]).toEqual([false, false])
})

test('whoever listens hears of every change', async () => {
  const { warnings } = open()
  let heard = 0
  warnings.onChange(() => (heard += 1))
  await warnings.warn(warning(1))
  await warnings.exposed()
  await warnings.dismiss(warning(1))
  await warnings.dismiss(warning(1))
  expect(heard).toBe(3)
})
