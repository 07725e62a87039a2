import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QualityRecord } from '../contract/quality.ts'
import { saveQuality } from './quality-export.ts'
import { createQualityRecords, maxQualityRecords, type KeptQualityRecords } from './quality-records.ts'

const minute = 60_000
const record = (beganAtMs = 0): QualityRecord => ({
  beganAtMs,
  seconds: 60,
  path: 'relay',
  transport: 'udp',
  limits: [],
  causes: [{ cause: 'loss-up', fromSecond: 10, seconds: 20 }],
  points: [],
})
function records(kept: KeptQualityRecords | null = null) {
  const disk: { kept: KeptQualityRecords | null } = { kept }
  const made = createQualityRecords({ file: { save: async (value) => void (disk.kept = value) }, kept })
  return { made, disk }
}

let folder = ''
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'earshot-quality-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the last twenty calls are kept, the latest first, and again after a start', async () => {
  const { made, disk } = records()
  for (let n = 0; n < maxQualityRecords + 3; n++) await made.keep(record(n * minute))
  expect(made.list()).toHaveLength(maxQualityRecords)
  expect(made.list()[0]?.record.beganAtMs).toBe((maxQualityRecords + 2) * minute)
  expect(records(disk.kept).made.list()).toEqual(made.list())
})

test('what is as old as calls may be is forgotten, also with a clock that is put back', async () => {
  const { made, disk } = records()
  await made.keep(record(0))
  await made.keep(record(100 * minute))
  await made.forgetOlderThan(120 * minute, 119 * minute, 0)
  expect(made.list()).toHaveLength(2)
  await made.forgetOlderThan(120 * minute, 110 * minute, 5 * minute)
  expect(made.list().map(({ record }) => record.beganAtMs)).toEqual([100 * minute])
  expect(disk.kept).toHaveLength(1)
  await made.clear()
  expect(disk.kept).toEqual([])
})

test('an export is what was kept, where the person wants it, or nothing', async () => {
  const { made } = records()
  await made.keep(record())
  const text = made.textOf(made.list()[0]?.id ?? '')
  const path = join(folder, 'quality.json')
  expect(await saveQuality(text, { reportToWrite: async () => null })).toBe(false)
  expect(await saveQuality(text, { reportToWrite: async () => path })).toBe(true)
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(record())
  await expect(
    saveQuality(text, { reportToWrite: async () => join(folder, 'missing', 'quality.json') }),
  ).rejects.toMatchObject({ code: 'export-write-failed' })
  expect(() => made.textOf('another')).toThrow(expect.objectContaining({ code: 'not-ready' }))
})
