// Where the main window was, and whether it still fits what is plugged in. Pure but for one small file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { writePrivately } from '../private-file.ts'

const Pixels = v.pipe(v.number(), v.integer(), v.minValue(-100_000), v.maxValue(100_000))
const Place = v.strictObject({
  x: Pixels,
  y: Pixels,
  width: v.pipe(Pixels, v.minValue(1)),
  height: v.pipe(Pixels, v.minValue(1)),
  /** The bounds are those that it had before, and goes back to. */
  maximised: v.boolean(),
})
export type WindowPlace = v.InferOutput<typeof Place>

interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** So much of the top of a window has to be on a screen for a hand to get hold of it. */
const gripPx = { width: 120, height: 40 }

/** The place if a person can see and move a window there, no larger than its screen; else null, and the system chooses. */
export function placeOn(kept: WindowPlace | null, workAreas: readonly Area[]): WindowPlace | null {
  if (kept === null) return null
  const found = workAreas.find((area) => {
    const across = Math.min(kept.x + kept.width, area.x + area.width) - Math.max(kept.x, area.x)
    const below = area.y + area.height - kept.y
    return across >= gripPx.width && kept.y >= area.y && below >= gripPx.height
  })
  if (!found) return null
  return { ...kept, width: Math.min(kept.width, found.width), height: Math.min(kept.height, found.height) }
}

export interface PlaceFile {
  read(): WindowPlace | null
  /** What cannot be written is forgotten: a window is opened where the system likes. */
  keep(place: WindowPlace): void
}

export function createPlaceFile(folder: string): PlaceFile {
  const path = join(folder, 'window.json')
  let writing: Promise<void> = Promise.resolve()
  return {
    read() {
      try {
        return v.parse(Place, JSON.parse(readFileSync(path, 'utf8')))
      } catch {
        return null
      }
    },
    keep(place) {
      writing = writing.then(() => writePrivately(path, JSON.stringify(place))).catch(() => undefined)
    },
  }
}
