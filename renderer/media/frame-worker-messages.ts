// What a page and its frame worker say to each other. Shapes only.
import type { FrameCounts, FrameKeys, FrameKind } from '../../contract/link.ts'
import type { FrameDirection } from './frame-pipe.ts'

/** Page to worker. `keys` is the first and comes once. */
export type ToFrameWorker = { readonly type: 'keys'; readonly keys: FrameKeys } | { readonly type: 'count' }

/** Worker to page: the keys are imported, or could not be; an answer for each `count`, in order; and what it hears. */
export type FromFrameWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'failed' }
  | { readonly type: 'counts'; readonly counts: FrameCounts; readonly lateMs: number }
  /** Sound has stopped coming, or comes again; see sound-watch. */
  | { readonly type: 'sound'; readonly flowing: boolean }

/** What an RTCRtpScriptTransform is made with. */
export interface TransformOptions {
  readonly direction: FrameDirection
  readonly kind: FrameKind
}
