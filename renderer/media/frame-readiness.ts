// Whether calls can be made at all: tries out the encryption of sound and pictures when main wants it, and tells.
import type { AppView } from '../../contract/ipc.ts'
import type { FrameTestResult } from './frame-self-test.ts'

export interface FrameReadiness {
  /** Main's word on the matter, as often as it comes. */
  look(app: Pick<AppView, 'frameTest'>): void
  /** Before a call. Settles once it is known, and main knows it as well. Tries again what came to no result. */
  result(): Promise<FrameTestResult>
}

export function createFrameReadiness(options: {
  readonly test: () => Promise<FrameTestResult>
  readonly report: (passed: boolean) => Promise<unknown>
}): FrameReadiness {
  const { promise: begun, resolve: begin } = Promise.withResolvers<null>()
  /** The trial under way, or the last one. */
  let trial: Promise<FrameTestResult> | null = null

  async function tryOut(): Promise<FrameTestResult> {
    const result = await options.test()
    // Main first: it refuses a call that it does not know to be encrypted. Without a result there is nothing to say.
    if (result === 'unknown') trial = null
    else await options.report(result === 'passed')
    return result
  }

  return {
    look({ frameTest }) {
      trial ??= frameTest === 'needed' ? tryOut() : Promise.resolve(frameTest)
      begin(null)
    },
    async result() {
      await begun
      trial ??= tryOut()
      return trial
    },
  }
}
