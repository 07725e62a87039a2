import * as v from 'valibot'
import { expect, test } from 'vitest'
import { defaultSettings, SettingsChange, type Settings } from '../contract/settings.ts'
import { createFrameTest } from './frame-test.ts'

function start(version: string, kept = { ...defaultSettings }) {
  const settings = {
    get: () => kept,
    change: (part: Partial<Settings>) => void Object.assign(kept, part),
  }
  const frameTest = createFrameTest({ version, settings })
  const told: string[] = []
  frameTest.onChange(() => told.push(frameTest.state()))
  return { frameTest, told, kept }
}

test('a version that passed is not tried out again, and the next one is', () => {
  const { frameTest, told, kept } = start('1.0.0')
  expect(frameTest.state()).toBe('needed')
  frameTest.tested(true)
  expect(told).toEqual(['passed'])
  expect(start('1.0.0', kept).frameTest.state()).toBe('passed')
  expect(start('1.0.1', kept).frameTest.state()).toBe('needed')
})

test('a failure stays until the next start, whatever the page says then, and is not remembered as passed', () => {
  const { frameTest, kept } = start('1.0.0', { ...defaultSettings, frameTestPassed: '1.0.0' })
  frameTest.tested(false)
  frameTest.tested(true)
  expect(frameTest.state()).toBe('failed')
  expect(start('1.0.0', kept).frameTest.state()).toBe('needed')
})

test('no page can write down itself that a version has passed', () => {
  expect(v.safeParse(SettingsChange, { theme: 'dark' }).success).toBe(true)
  expect(v.safeParse(SettingsChange, { theme: 'dark', frameTestPassed: '1.0.0' }).success).toBe(false)
})
