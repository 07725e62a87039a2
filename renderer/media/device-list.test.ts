import { describe, expect, it } from 'vitest'
import { createDeviceList, defaultsAmong, listDevices } from './device-list.ts'
import { levelOf } from './level-meter.ts'
import { problemOf } from './media-problem.ts'

const device = (deviceId: string, label = 'A device') =>
  ({ deviceId, kind: 'audioinput', label, groupId: 'g' }) as const

describe('the devices that are reported', () => {
  it('leaves out what stands for another device, and keeps that there is one nobody may name yet', () => {
    const found = [device('default'), device('communications'), device('', ''), device('abc')]
    expect(listDevices(found)).toEqual([device('', ''), device('abc')])
  })
  it('names the default of the system apart', () => {
    const found = [device('default', 'Default - A'), device('communications'), device('abc', 'A')]
    expect(defaultsAmong(found)).toEqual([device('default', 'Default - A')])
  })
  it('are told again only when they change, or were not taken', async () => {
    const told: unknown[] = []
    let found = [device('abc')]
    let ok = false
    const list = createDeviceList(
      {
        'devices.report': async ({ devices }) => {
          told.push(devices)
          return ok ? { ok, value: null } : { ok: false, code: 'internal' }
        },
      },
      { enumerateDevices: async () => found as never, addEventListener: () => undefined },
    )
    await list.report()
    ok = true
    await list.report()
    await list.report()
    expect(told).toEqual([[device('abc')], [device('abc')]])
    found = [device('abc'), device('def')]
    await list.report()
    expect(told).toHaveLength(3)
  })
  it('are looked at once a device was opened where they had no names before, and otherwise with the next look', async () => {
    let looks = 0
    let found: ReturnType<typeof device>[] = [device('', '')]
    const list = createDeviceList(
      { 'devices.report': async () => ({ ok: true, value: null }) },
      {
        async enumerateDevices() {
          looks++
          return found as never
        },
        addEventListener: () => undefined,
      },
    )
    await list.report()
    found = [device('abc')]
    list.opened(false)
    await Promise.resolve()
    expect(looks).toBe(2)
    await list.report()
    list.opened(true)
    expect(looks).toBe(3)
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
