// What the self-test of the frame layer has seen, and what follows from it. Pure.
import type { FrameCounts, FrameKind } from '../../contract/link.ts'

/** The media lines of the self-test, with the kind of key that each is sealed and opened as; null is not at all. */
export const testLines = {
  sound: { media: 'audio', seal: 'audio', open: 'audio' },
  picture: { media: 'video', seal: 'video', open: 'video' },
  /** Opened with another key than it was sealed with. */
  wrongKey: { media: 'video', seal: 'screen', open: 'screen' },
  unsealed: { media: 'video', seal: null, open: 'video' },
  unopened: { media: 'video', seal: 'video', open: null },
} as const satisfies Record<
  string,
  { media: 'audio' | 'video'; seal: FrameKind | null; open: FrameKind | null }
>
export type TestLine = keyof typeof testLines
export const testLineNames = Object.keys(testLines) as readonly TestLine[]

/** What has gone over one line so far: packets that left and came, pictures that were made of them. */
export interface Flow {
  readonly sent: number
  readonly received: number
  readonly decoded: number
}

export interface Seen {
  readonly flows: Readonly<Record<TestLine, Flow>>
  /** Of the worker with the right key, and of the one with the wrong key. */
  readonly right: FrameCounts
  readonly wrong: FrameCounts
}

/** So many frames must come through, and as many be held back. */
const enough = 3

/**
 * `breached`: something came through that must not. `holds`: everything that must come through did, and what must not was
 * held back meanwhile. `open`: too early to say.
 */
export function verdictOn({ flows, right, wrong }: Seen): 'holds' | 'breached' | 'open' {
  const { picture, wrongKey, unsealed, unopened } = flows
  if (wrongKey.decoded > 0 || unsealed.sent > 0 || unopened.decoded > 0) return 'breached'
  const through = [right.opened.audio, right.opened.video, picture.decoded]
  const heldBack = [wrong.refused.screen, unopened.received]
  return [...through, ...heldBack].every((count) => count >= enough) ? 'holds' : 'open'
}
