// The page in which frames are measured: gives the bench its measurements.
import { measuredCall } from './call.ts'
import { sealCost } from './seal-cost.ts'

const frameBench = { measuredCall, sealCost }
export type FrameBench = typeof frameBench

declare global {
  interface Window {
    frameBench: FrameBench
    /** The call has settled: the processor's time counts from here. */
    settled(): Promise<void>
  }
}
window.frameBench = frameBench
