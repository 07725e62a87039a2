import type { Rectangle } from 'electron'
import { expect, test } from 'vitest'
import { noSharing, type CallView, type SharingView } from '../../contract/call-view.ts'
import { createScreenFrame, edgesOf } from './screen-frame.ts'

const call = (own: SharingView['own'], phase = 'talking') =>
  ({ phase, media: { sharing: { ...noSharing, own } } }) as unknown as CallView

function frame(shared: Rectangle | null = { x: 100, y: 50, width: 1280, height: 800 }) {
  const bars = new Set<Rectangle>()
  const made = createScreenFrame({
    shared: () => shared,
    showBar(place) {
      bars.add(place)
      return () => bars.delete(place)
    },
  })
  return { ...made, bars }
}

test('a shared screen has a frame from its first moment to its last', () => {
  const { update, bars } = frame()
  for (const own of ['off', 'choosing', 'starting'] as const) {
    update(call(own))
    expect(bars.size).toBe(0)
  }
  update(call('on'))
  update(call('on', 'reconnecting'))
  expect(bars.size).toBe(4)
  update(call('off'))
  expect(bars.size).toBe(0)
})

test('the frame goes with the call', () => {
  const { update, bars } = frame()
  update(call('on'))
  update({ phase: 'idle' })
  expect(bars.size).toBe(0)
})

test('a window, or what nobody can tell, has none', () => {
  const { update, bars } = frame(null)
  update(call('on'))
  expect(bars.size).toBe(0)
})

test('the four edges lie within the screen, along all of it, and not over each other', () => {
  const screen = { x: -1920, y: 30, width: 1920, height: 1080 }
  const edges = edgesOf(screen)
  expect(edges.reduce((area, { width, height }) => area + width * height, 0)).toBe(
    1920 * 1080 - (1920 - 8) * (1080 - 8),
  )
  for (const { x, y, width, height } of edges) {
    expect(x >= screen.x && x + width <= 0 && y >= 30 && y + height <= 1110).toBe(true)
  }
})
