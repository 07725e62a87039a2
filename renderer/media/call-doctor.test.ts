import { expect, test } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import type { Request } from '../../contract/ipc.ts'
import { createCallDoctor, type DoctorState } from './call-doctor.ts'

const report = (second: number) =>
  new Map<string, unknown>([
    [
      'in',
      {
        id: 'in',
        type: 'inbound-rtp',
        kind: 'audio',
        packetsReceived: 40 * second,
        packetsLost: 10 * second,
        bytesReceived: 4_000 * second,
        totalSamplesReceived: 48_000 * second,
        totalAudioEnergy: second,
        totalSamplesDuration: second,
      },
    ],
  ])
const view = (phase: 'talking' | 'reconnecting') =>
  ({ phase, media: { peerMicOn: true } }) as unknown as CallView

function doctor() {
  const kept: Request<'quality.keep'>[] = []
  const states: DoctorState[] = []
  let second = 0
  const made = createCallDoctor({
    shell: {
      async 'quality.keep'(request) {
        kept.push(request)
        return { ok: true, value: null }
      },
    },
    changed: (state) => states.push(state),
    nowMs: () => second * 1_000,
  })
  const talk = (seconds: number) => {
    for (let n = 0; n < seconds; n++) made.look(report(++second), { lateMs: 0, udpPossible: true })
  }
  return { made, kept, talk, latest: () => states.at(-1) }
}

test('a call is watched while it talks, and what it was like is handed over once, at its end', () => {
  const { made, kept, talk, latest } = doctor()
  made.begin()
  made.callIs(view('talking'))
  talk(30)
  expect(latest()?.diagnosis).toMatchObject({ cause: 'loss-down', figure: 20 })
  made.end()
  expect(kept).toHaveLength(1)
  expect(kept[0]?.record.causes).toMatchObject([{ cause: 'loss-down' }])
  expect(latest()).toEqual({ samples: [], diagnosis: null })
  made.end()
  expect(kept).toHaveLength(1)
})

test('what was said of a path is not said any more while another one is sought', () => {
  const { made, talk, latest } = doctor()
  made.begin()
  made.callIs(view('talking'))
  talk(30)
  expect(latest()?.diagnosis).not.toBeNull()
  made.callIs(view('reconnecting'))
  expect(latest()?.diagnosis).toBeNull()
})

test('a call that does not talk is not judged', () => {
  const { made, talk, latest, kept } = doctor()
  made.begin()
  made.callIs(view('reconnecting'))
  talk(30)
  expect(latest()?.samples).toEqual([])
  made.end()
  expect(kept).toEqual([])
})
