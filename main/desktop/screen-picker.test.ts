import type { DesktopCapturerSource, SourcesOptions } from 'electron'
import { expect, test } from 'vitest'
import { noSharing, type CallView, type SharingView } from '../../contract/call-view.ts'
import type { CallId } from '../../contract/ids.ts'
import { createScreenPicker, isWayland } from './screen-picker.ts'

const callId = 'this-call' as CallId
const call = (own: SharingView['own'], phase = 'talking'): CallView =>
  ({ phase, callId, media: { sharing: { ...noSharing, own } } }) as unknown as CallView

const source = (id: string, name: string, picture = '') =>
  ({
    id,
    name,
    display_id: id.startsWith('screen:') ? '7' : '',
    thumbnail: { isEmpty: () => picture === '', toDataURL: () => picture },
  }) as unknown as DesktopCapturerSource
const desk = source('screen:0:0', 'Entire screen', 'data:image/png;base64,AAAA')
const mail = source('window:7:0', 'x'.repeat(500))

function picker(how: { systemPicks?: boolean; isForbidden?: boolean; found?: DesktopCapturerSource[] } = {}) {
  const told: unknown[] = []
  const asked: SourcesOptions[] = []
  const windows = { opened: 0, closed: 0 }
  let failing = false
  const made = createScreenPicker({
    capturer: {
      async getSources(options) {
        asked.push(options)
        if (failing) throw new Error('no portal')
        return how.found ?? [desk, mail]
      },
    },
    systemPicks: how.systemPicks ?? false,
    isForbidden: () => how.isForbidden ?? false,
    open: () => windows.opened++,
    close: () => windows.closed++,
    lendGesture: async () => void told.push('gesture'),
    onChosen: (_callId, what) => told.push(['chosen', what]),
    onNotChosen: (_callId, problem) => told.push(['not-chosen', problem]),
  })
  return { ...made, told, asked, windows, fail: () => (failing = true) }
}
const settled = () => new Promise((done) => setTimeout(done))

test('a person chooses in a window of its own, and Chromium is given that one thing once', async () => {
  const one = picker()
  one.update(call('choosing'))
  one.update(call('choosing'))
  expect(one.windows).toEqual({ opened: 1, closed: 0 })
  expect(await one.sources()).toEqual([
    { id: 'screen:0:0', kind: 'screen', name: 'Entire screen', picture: 'data:image/png;base64,AAAA' },
    { id: 'window:7:0', kind: 'window', name: 'x'.repeat(200), picture: null },
  ])
  expect(await one.take()).toBeNull()
  await one.choose('window:7:0')
  expect(one.windows).toEqual({ opened: 1, closed: 1 })
  expect(one.told).toEqual(['gesture', ['chosen', 'x'.repeat(200)]])
  one.update(call('starting'))
  expect(await one.take()).toEqual({ id: 'window:7:0', name: 'x'.repeat(500) })
  expect(await one.take()).toBeNull()
  expect(one.displayId()).toBeNull()
})

test('of a screen it is known which one it is', async () => {
  const one = picker()
  one.update(call('choosing'))
  await one.sources()
  await one.choose('screen:0:0')
  expect(one.displayId()).toBeNull()
  one.update(call('starting'))
  await one.take()
  expect(one.displayId()).toBe('7')
})

test.each<[string, (one: ReturnType<typeof picker>) => unknown]>([
  ['chooses nothing', (one) => one.choose(null)],
  ['closes the window', (one) => one.windowClosed()],
  ['names what is not on offer', (one) => one.choose('screen:9:0')],
])('nothing is given to a page whose person %s', async (_, act) => {
  const one = picker()
  one.update(call('choosing'))
  await one.sources()
  await act(one)
  expect(one.told).toEqual([['not-chosen', null]])
  one.update(call('off'))
  one.update(call('starting'))
  expect(await one.take()).toBeNull()
  expect(await one.sources()).toEqual([])
})

test('what was chosen is worth nothing once the sharing was taken back, or the call is over', async () => {
  for (const next of [call('off'), { phase: 'idle' } as CallView]) {
    const one = picker()
    one.update(call('choosing'))
    await one.sources()
    await one.choose('screen:0:0')
    one.update(next)
    one.update(call('starting'))
    expect(await one.take()).toBeNull()
  }
})

test('a call that ends closes the window, and one that is interrupted keeps it', () => {
  const one = picker()
  one.update(call('choosing'))
  one.update(call('choosing', 'reconnecting'))
  expect(one.windows).toEqual({ opened: 1, closed: 0 })
  one.update({ phase: 'idle' })
  expect(one.windows).toEqual({ opened: 1, closed: 1 })
  expect(one.told).toEqual([])
})

test('nobody is shown what there is while nobody chooses', async () => {
  const one = picker()
  expect(await one.sources()).toEqual([])
  one.update(call('on'))
  expect(await one.sources()).toEqual([])
  expect(one.asked).toEqual([])
})

test('where the system picks there is its one dialog and no window, and its answer is what is given', async () => {
  const one = picker({ systemPicks: true })
  one.update(call('choosing'))
  await settled()
  expect([one.windows.opened, one.told, one.asked.length]).toEqual([0, [['chosen', null]], 0])
  one.update(call('starting'))
  expect(await one.take()).toEqual({ id: 'screen:0:0', name: 'Entire screen' })
  expect(await one.take()).toBeNull()
  expect(one.asked).toHaveLength(1)
})

test('whoever closes the dialog of the system has shared nothing, and nothing waits', async () => {
  for (const prepare of [
    () => picker({ systemPicks: true, found: [] }),
    () => {
      const one = picker({ systemPicks: true })
      one.fail()
      return one
    },
  ]) {
    const one = prepare()
    one.update(call('choosing'))
    await settled()
    one.update(call('starting'))
    expect(await one.take()).toBeNull()
  }
})

test('a system that forbids it is asked nothing, and the person is told', async () => {
  const one = picker({ isForbidden: true })
  one.update(call('choosing'))
  await settled()
  expect([one.told, one.windows.opened, one.asked.length]).toEqual([[['not-chosen', 'screen-denied']], 0, 0])
})

test('a system that does not say what there is is a failure that is told', async () => {
  const one = picker()
  one.fail()
  one.update(call('choosing'))
  expect(await one.sources()).toEqual([])
  expect(one.told).toEqual([['not-chosen', 'screen-failed']])
})

test.each([
  [{ XDG_SESSION_TYPE: 'wayland', WAYLAND_DISPLAY: 'wayland-0' }, true],
  [{ XDG_SESSION_TYPE: 'x11', WAYLAND_DISPLAY: 'wayland-0' }, false],
  [{ XDG_SESSION_TYPE: 'wayland' }, false],
  [{}, false],
])('%j is Wayland: %s', (environment, wayland) => {
  expect(isWayland(environment)).toBe(wayland)
})
