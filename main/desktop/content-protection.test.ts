import { expect, test } from 'vitest'
import { createContentProtection, protectionOffer } from './content-protection.ts'

test.each([
  ['win32', '10.0.22000', { byDefault: true, bestEffort: false }],
  ['win32', '10.0.26100', { byDefault: true, bestEffort: false }],
  ['win32', '10.0.19045', { byDefault: false, bestEffort: false }],
  ['win32', 'no version', { byDefault: false, bestEffort: false }],
  ['darwin', '25.0.0', { byDefault: false, bestEffort: true }],
  ['linux', '6.12.0', null],
  ['freebsd', '15.0', null],
] as const)('E23 what %s %s offers', (platform, release, offer) => {
  expect(protectionOffer(platform, release)).toEqual(offer)
})

function newProtection(offer: ReturnType<typeof protectionOffer>, first: boolean | null = null) {
  const said: string[] = []
  const windows: { setContentProtection(on: boolean): void }[] = []
  const now = { wish: first }
  let opened: (window: (typeof windows)[number]) => void = () => undefined
  const protection = createContentProtection({
    offer,
    wish: () => now.wish,
    windows: () => windows,
    onWindow: (listener) => (opened = listener),
    onChange: () => void said.push('view'),
  })
  const open = (name: string) => {
    const window = { setContentProtection: (on: boolean) => void said.push(`${name} ${on}`) }
    windows.push(window)
    opened(window)
  }
  const wish = (wish: boolean | null) => {
    now.wish = wish
    protection.look()
  }
  return { said, protection, open, wish }
}
const [windows11, windows10, mac] = [
  protectionOffer('win32', '10.0.22631'),
  protectionOffer('win32', '10.0.19045'),
  protectionOffer('darwin', '25.0.0'),
]

test.each([
  ['Windows 11', windows11, null, true],
  ['Windows 11', windows11, false, false],
  ['Windows 10', windows10, null, false],
  ['Windows 10', windows10, true, true],
  ['macOS', mac, null, false],
  ['macOS', mac, true, true],
] as const)('E23 on %s (%j) with the wish %s every window is protected: %s', (_, offer, wish, on) => {
  const { said, protection, open } = newProtection(offer, wish)
  expect(protection.view()?.on).toBe(on)
  open('main')
  open('alert')
  expect(said).toEqual(on ? ['main true', 'alert true'] : [])
})

test('E23 a change of the wish holds for the windows that are there and for those to come', () => {
  const { said, open, wish } = newProtection(windows11)
  open('main')
  wish(false)
  wish(false)
  open('alert')
  wish(true)
  expect(said).toEqual(['main true', 'main false', 'view', 'main true', 'alert true', 'view'])
})

test.each([true, false, null])('E23 on Linux there is no such choice, whatever the file says: %s', (wish) => {
  const linux = newProtection(protectionOffer('linux', '6.12.0'), wish)
  linux.open('main')
  linux.wish(true)
  expect(linux.protection.view()).toBeNull()
  expect(linux.said).toEqual([])
})
