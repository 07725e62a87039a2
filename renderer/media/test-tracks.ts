// Sound and pictures out of nothing, for trials: no device, no permission, no timer that a hidden window slows down.

/** Chromium's mediacapture-transform; TypeScript's DOM does not know it. */
declare const MediaStreamTrackGenerator: new (options: {
  readonly kind: 'audio' | 'video'
}) => MediaStreamTrack & {
  readonly writable: WritableStream<AudioData | VideoFrame>
}

export interface TestTracks {
  readonly audio: MediaStreamTrack
  readonly video: MediaStreamTrack
  /** 20 ms of silence and one picture, another one each time. */
  feed(): void
  stop(): void
}

const sampleRate = 48_000
const samples = sampleRate / 50
const size = { width: 64, height: 48 }

/** Throws where the browser cannot make tracks. */
export function createTestTracks(): TestTracks {
  const audio = new MediaStreamTrackGenerator({ kind: 'audio' })
  const video = new MediaStreamTrackGenerator({ kind: 'video' })
  const writers = { audio: audio.writable.getWriter(), video: video.writable.getWriter() }
  let fed = 0

  return {
    audio,
    video,
    feed() {
      const timestamp = fed * 20_000
      const sound = new AudioData({
        format: 'f32',
        sampleRate,
        numberOfFrames: samples,
        numberOfChannels: 1,
        timestamp,
        data: new Float32Array(samples),
      })
      const pixels = new Uint8Array(size.width * size.height * 4).fill((fed * 40) % 256)
      const picture = new VideoFrame(pixels, {
        format: 'RGBA',
        codedWidth: size.width,
        codedHeight: size.height,
        timestamp,
      })
      // A frame that no track takes any more is none.
      void writers.audio.write(sound).catch(() => undefined)
      void writers.video.write(picture).catch(() => undefined)
      fed++
    },
    stop() {
      audio.stop()
      video.stop()
    },
  }
}
