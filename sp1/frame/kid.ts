// The key ids of a call between two (SP1 section 7): a KID says who sends and what kind of media it is.
import type { FrameKind, Role } from '../key-schedule.ts'

const firstKid: Readonly<Record<Role, bigint>> = { a: 16n, b: 24n }
const offsets: Readonly<Record<FrameKind, bigint>> = { audio: 0n, video: 1n, screen: 2n }

/**
 * SECURITY: a receiver takes the frames of this one KID and no others, so that nobody can pass the sound of one person
 * off as another's, or a screen as a face.
 */
export const kidOf = (sender: Role, kind: FrameKind): bigint => firstKid[sender] + offsets[kind]
