import { expect, test } from 'vitest'
import { busQuestions, findTrayHost, outOfSight, type Run } from './tray-host.ts'

test.each([
  ['a desktop with a tray', true, 'hide'],
  ['a desktop without one', false, 'minimise'],
  ['a desktop that cannot be asked', null, 'minimise'],
] as const)('on %s a closed window is out of sight as it may be', (_, host, expected) => {
  expect(outOfSight(host)).toBe(expected)
})

const unasked: Run = () => Promise.reject(new Error('nobody is asked'))
test.each(['darwin', 'win32'] as const)('%s always shows icons', async (platform) => {
  expect(await findTrayHost(platform, unasked)).toBe(true)
})

const only =
  (program: string, said: string): Run =>
  (name) =>
    Promise.resolve(name === program ? said : null)

test.each([
  ['gdbus', '(<true>,)\n', true],
  ['gdbus', '(<false>,)\n', false],
  ['busctl', 'b true\n', true],
  ['busctl', 'b false\n', false],
  ['dbus-send', 'method return time=1.2 sender=:1.4\n   variant       boolean true\n', true],
  ['dbus-send', 'method return time=1.2 sender=:1.4\n   variant       boolean false\n', false],
  ['gdbus', 'failed', false],
])('what %s says (%j) is a host: %s', async (program, said, host) => {
  expect(await findTrayHost('linux', only(program, said))).toBe(host)
})

test('where no program can ask, nothing is known', async () => {
  const tried: string[] = []
  const none: Run = (program) => {
    tried.push(program)
    return Promise.resolve(null)
  }
  expect(await findTrayHost('linux', none)).toBeNull()
  expect(tried).toEqual(busQuestions.map(([program]) => program))
})
