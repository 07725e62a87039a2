// The frame watch of a phone that never looks: built into the unguarded app in place of the product's own.
import { newFrameWatch, type FrameWatch } from '../../main/call/frame-watch.ts'

export { newFrameWatch }

export const watchFrames = (): FrameWatch => newFrameWatch
