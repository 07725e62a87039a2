// Looks at a call once a second and says what is wrong with it; hands what it was like to main when it is over. The screens
// only look at what it says.
import type { CallView } from '../../contract/call-view.ts'
import type { ShellApi } from '../../contract/ipc.ts'
import type { Diagnosis } from './diagnose.ts'
import type { StatsReport } from './link-stats.ts'
import { createQualityLog } from './quality-log.ts'
import { createQualitySampler, type QualitySample } from './quality-sample.ts'

export interface DoctorState {
  /** The latest last. */
  readonly samples: readonly QualitySample[]
  readonly diagnosis: Diagnosis | null
}

export interface CallDoctor {
  /** A call begins; whatever was known of another one is forgotten. */
  begin(): void
  /** The call as main tells it. */
  callIs(view: CallView): void
  look(report: StatsReport, besides: { readonly lateMs: number; readonly udpPossible: boolean }): void
  /** The call is over. */
  end(): void
}

const nothing: DoctorState = { samples: [], diagnosis: null }

export function createCallDoctor({
  shell,
  changed,
  nowMs = Date.now,
}: {
  readonly shell: Pick<ShellApi, 'quality.keep'>
  readonly changed: (state: DoctorState) => void
  readonly nowMs?: () => number
}): CallDoctor {
  let view: CallView = { phase: 'idle' }
  let log = createQualityLog()
  let sampler = createQualitySampler()

  function begin(): void {
    log = createQualityLog()
    sampler = createQualitySampler()
    changed(nothing)
  }

  return {
    begin,
    callIs(now) {
      const stops = view.phase === 'talking' && now.phase !== 'talking'
      view = now
      // What was true of the path that is gone says nothing of the next one.
      if (stops) changed({ samples: log.samples(), diagnosis: null })
    },
    look(report, besides) {
      // While a path is sought everything is bad, and the screen says why.
      if (view.phase !== 'talking') return
      const sample = sampler.sample(report, {
        atMs: nowMs(),
        ...besides,
        peerMicOn: view.media.peerMicOn,
      })
      if (!sample) return
      log.add(sample)
      changed({ samples: log.samples(), diagnosis: log.diagnosis() })
    },
    end() {
      const record = log.record()
      if (record) void shell['quality.keep']({ record })
      begin()
    },
  }
}
