import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { createPlaceFile, placeOn } from './window-place.ts'

const laptop = { x: 0, y: 24, width: 1280, height: 776 }
const beside = { x: 1280, y: 0, width: 1920, height: 1080 }
const place = (x: number, y: number, width = 960, height = 680) => ({ x, y, width, height, maximised: false })

test.each([
  ['on its screen', place(100, 100), [laptop], place(100, 100)],
  ['on the second screen', place(1500, 50), [laptop, beside], place(1500, 50)],
  ['on a second screen that is gone', place(1500, 50), [laptop], null],
  ['over the left edge, and still to be got hold of', place(-800, 100), [laptop], place(-800, 100)],
  ['too far over the left edge', place(-900, 100), [laptop], null],
  ['above the screen, so that its title cannot be reached', place(100, -5), [laptop], null],
  ['below the screen', place(100, 790), [laptop], null],
  ['larger than the screen that is left', place(0, 24, 1900, 1000), [laptop], place(0, 24, 1280, 776)],
] as const)('a window that was %s', (_, kept, areas, expected) => {
  expect(placeOn(kept, areas)).toEqual(expected)
})

test('a first start leaves the place to the system', () => {
  expect(placeOn(null, [laptop])).toBeNull()
})

test('the place is kept for this user alone, and anything else in the file is no place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'window-place-'))
  const file = createPlaceFile(folder)
  expect(file.read()).toBeNull()
  file.keep({ ...place(1, 2), maximised: true })
  file.keep(place(3, 4))
  await vi.waitFor(() => expect(file.read()).toEqual(place(3, 4)))
  expect(statSync(join(folder, 'window.json')).mode & 0o777).toBe(0o600)
  for (const text of ['', '{', '[]', '{"x":1e9,"y":0,"width":1,"height":1,"maximised":false}']) {
    writeFileSync(join(folder, 'window.json'), text)
    expect(file.read(), text).toBeNull()
  }
  rmSync(folder, { recursive: true })
})
