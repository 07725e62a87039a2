// The frame around a screen that is shared: four thin windows along its edges, in sight as long as it is. Solid ones, for a
// transparent window over the whole screen is black where nothing mixes windows. A shared window has none: nobody but the
// system knows where it is.
import type { Rectangle } from 'electron'
import type { CallView } from '../../contract/call-view.ts'

const thicknessPx = 4

export interface ScreenFrame {
  update(call: CallView): void
}

export function createScreenFrame(options: {
  /** The screen that is shared; null for a window, and where the system does not tell. */
  readonly shared: () => Rectangle | null
  /** Shows a bar that takes no focus and no clicks. Returns its end. */
  readonly showBar: (place: Rectangle) => () => void
}): ScreenFrame {
  let isShown = false
  let ends: readonly (() => void)[] = []

  return {
    update(call) {
      const live = call.phase === 'talking' || call.phase === 'reconnecting'
      const now = live && call.media.sharing.own === 'on'
      if (now === isShown) return
      isShown = now
      for (const end of ends) end()
      const screen = now ? options.shared() : null
      ends = screen ? edgesOf(screen).map(options.showBar) : []
    },
  }
}

/** Top, bottom, left, right: no two of them over each other. */
export function edgesOf({ x, y, width, height }: Rectangle): readonly Rectangle[] {
  const between = { y: y + thicknessPx, width: thicknessPx, height: height - 2 * thicknessPx }
  return [
    { x, y, width, height: thicknessPx },
    { x, y: y + height - thicknessPx, width, height: thicknessPx },
    { ...between, x },
    { ...between, x: x + width - thicknessPx },
  ]
}
