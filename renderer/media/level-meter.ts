// How loud a track is, many times a second.
export interface LevelMeter {
  stop(): void
}

const quietestDb = -60
const everyMs = 40

/** 0 at -60 dBFS and below, 1 at full scale: loudness is heard in decibels. */
export function levelOf(samples: ArrayLike<number> & Iterable<number>): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  if (sum === 0) return 0
  const db = 10 * Math.log10(sum / samples.length)
  return Math.min(1, Math.max(0, 1 - db / quietestDb))
}

/** The loudest of them, 0 to 1; less than one bit of 16 is nothing. */
export function peakOf(samples: Iterable<number>): number {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return peak < 1 / 32_768 ? 0 : peak
}

/** `sinkId`: W3C Web Audio section 1.2; TypeScript's DOM does not know it yet. */
type SilentContext = new (options: { readonly sinkId: { readonly type: 'none' } }) => AudioContext

/** `heard` is given the samples as well, until the next time. Opens no output. */
export function createLevelMeter(
  track: MediaStreamTrack,
  heard: (level: number, samples: Float32Array) => void,
): LevelMeter {
  const context = new (AudioContext as unknown as SilentContext)({ sinkId: { type: 'none' } })
  const analyser = context.createAnalyser()
  analyser.fftSize = 2048
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    heard(levelOf(samples), samples)
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      void context.close()
    },
  }
}
