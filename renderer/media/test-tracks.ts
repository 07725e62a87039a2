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
  const given = new Set<AudioData | VideoFrame>()
  let fed = 0

  /** Whoever has made a frame closes it: its memory is not the page's. One that no track takes any more is none. */
  async function give(
    writer: WritableStreamDefaultWriter<AudioData | VideoFrame>,
    frame: AudioData | VideoFrame,
  ): Promise<void> {
    given.add(frame)
    await writer.write(frame).catch(() => undefined)
    given.delete(frame)
    frame.close()
  }

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
      void give(writers.audio, sound)
      void give(writers.video, picture)
      fed++
    },
    stop() {
      audio.stop()
      video.stop()
      // What still waits to be taken never is.
      for (const frame of given) frame.close()
      given.clear()
    },
  }
}
