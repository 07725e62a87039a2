// Why a device would not open, in the three words a person can do something with. Pure.
export type MediaProblem = 'denied' | 'missing' | 'busy'

/** For an error of getUserMedia (W3C mediacapture-streams section 10.2). */
export function problemOf(error: unknown): MediaProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  return 'busy'
}
