import { describe, expect, it } from 'vitest'
import { listDevices } from './device-list.ts'
import { levelOf } from './level-meter.ts'
import { problemOf } from './media-problem.ts'

const device = (deviceId: string, label = 'A device') =>
  ({ deviceId, kind: 'audioinput', label, groupId: 'g' }) as const

describe('the devices that are reported', () => {
  it('leaves out what stands for another device, and what has no id before anything was opened', () => {
    const found = [device('default'), device('communications'), device(''), device('abc')]
    expect(listDevices(found)).toEqual([device('abc')])
  })
  it('stays within what main takes', () => {
    const many = Array.from({ length: 300 }, (_, index) => device(`id${index}`, 'x'.repeat(600)))
    const listed = listDevices(many)
    expect(listed).toHaveLength(200)
    expect(listed[0]?.label).toHaveLength(512)
  })
})

describe('why a device does not open', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
  ])('%s means %s', (name, problem) => {
    expect(problemOf(new DOMException('', name))).toBe(problem)
  })
  it('does not trip over something that is no error', () => {
    expect(problemOf(undefined)).toBe('busy')
  })
})

describe('the level of a microphone', () => {
  it.each([
    ['silence', [0, 0, 0, 0], 0],
    ['less than can be heard', [0.0001, -0.0001], 0],
    ['half way in decibels', [0.0316228, -0.0316228], 0.5],
    ['full scale', [1, -1, 1, -1], 1],
  ])('%s', (_, samples, level) => expect(levelOf(samples)).toBeCloseTo(level, 3))
})
