// Samples of calls for tests: a healthy one with the noise that healthy calls have, and changes to it.
import type { QualitySample } from './quality-sample.ts'

const startMs = 1_700_000_000_000

export type Change = (second: number) => Partial<QualitySample>

/** A report of the peer comes every five seconds, as Chromium's do. */
export function healthy(second: number): QualitySample {
  return {
    atMs: startMs + second * 1_000,
    roundTripMs: 40 + ((second * 7) % 30),
    jitterDownMs: 3 + ((second * 3) % 9),
    jitterUpMs: 4,
    // Two packets of a thousand.
    lossDown: second % 10 === 3 ? 0.02 : 0,
    lossUp: second % 10 === 5 ? 0.004 : 0,
    newReport: second % 5 === 0,
    concealed: second % 10 === 3 ? 0.02 : 0.002,
    kbitDown: 32,
    kbitUp: 32,
    framesDown: 0,
    framesUp: 0,
    limited: null,
    lateMs: second % 12 === 7 ? 60 : 8,
    packetsDown: 50,
    levelDown: second % 4 === 0 ? 0.0004 : 0.05,
    path: 'relay',
    transport: 'udp',
    udpPossible: true,
    peerMicOn: true,
  }
}

export const callOf = (seconds: number, change: Change = () => ({})): readonly QualitySample[] =>
  Array.from({ length: seconds }, (_, second) => ({ ...healthy(second), ...change(second) }))
