// How loud a track is, many times a second.
export interface LevelMeter {
  stop(): void
}

const quietestDb = -60

/** 0 at -60 dBFS and below, 1 at full scale: loudness is heard in decibels. */
export function levelOf(samples: ArrayLike<number> & Iterable<number>): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  if (sum === 0) return 0
  const db = 10 * Math.log10(sum / samples.length)
  return Math.min(1, Math.max(0, 1 - db / quietestDb))
}

export function createLevelMeter(track: MediaStreamTrack, heard: (level: number) => void): LevelMeter {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  let frame = requestAnimationFrame(function measure() {
    analyser.getFloatTimeDomainData(samples)
    heard(levelOf(samples))
    frame = requestAnimationFrame(measure)
  })
  return {
    stop() {
      cancelAnimationFrame(frame)
      void context.close()
    },
  }
}
