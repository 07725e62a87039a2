// What a bench watches in a page, the app's or a bare one: when it rang, when its person first heard the other, and when
// the steps between were done. One function that is sent into the page, so that all three columns are measured alike.

export interface Watch {
  /** Forgets what was seen; from now on the next call is watched. */
  arm(): void
  /** Nothing is watched until the next `arm`, so that it takes nothing from what is measured meanwhile. */
  rest(): void
  /**
   * When the first sound came out of the element of this id, or when the ring was first played, ms since the epoch.
   * Rejects after `patienceMs`.
   */
  seen(what: 'peer-audio' | 'other-audio' | 'ring', patienceMs: number): Promise<number>
  /**
   * When the longest silence since `sinceMs` of the element of this id ended, once no longer one has come for `calmMs`; null when
   * it was not silent. A busy computer makes short ones of its own. Rejects after `patienceMs`.
   */
  longestOver(id: 'peer-audio', sinceMs: number, calmMs: number, patienceMs: number): Promise<number | null>
  /** The share of tenths of a second that had sound, of the next `ms`. */
  shareHeard(id: 'peer-audio', ms: number): Promise<number>
  /** When each step was first done, likewise. */
  steps(): Readonly<Record<string, number>>
}

declare global {
  interface Window {
    watch: Watch
  }
}

/** Runs in the page: knows nothing outside itself. Waits for nothing, so that it can run before the page's own code. */
export function installWatch(): void {
  const context = new AudioContext()
  /** Longer than the pauses of what the microphones hear. */
  const silenceMs = 150
  let firsts: Record<string, number> = {}
  const lastSound: Record<string, number> = {}
  let silences: Record<string, { readonly ms: number; readonly endMs: number }[]> = {}
  let steps: Record<string, number> = {}
  let armed = false

  const did = (step: string): void => void (steps[step] ??= Date.now())

  /** Looks at one audio element for as long as it is armed. */
  function listenTo(id: string): () => void {
    const analyser = context.createAnalyser()
    analyser.fftSize = 256
    const wave = new Float32Array(analyser.fftSize)
    let listening: { readonly stream: MediaStream; readonly source: MediaStreamAudioSourceNode } | null = null
    const look = (): void => {
      if (armed) setTimeout(look, 4)
      const stream = document.querySelector<HTMLAudioElement>(`#${id}`)?.srcObject
      if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return
      if (armed) did('played')
      if (listening?.stream !== stream) {
        listening?.source.disconnect()
        listening = { stream, source: context.createMediaStreamSource(stream) }
        listening.source.connect(analyser)
      }
      analyser.getFloatTimeDomainData(wave)
      if (!wave.some((x) => Math.abs(x) > 0.01)) return
      const nowMs = Date.now()
      if (armed) firsts[id] ??= nowMs
      const ms = nowMs - (lastSound[id] ?? nowMs)
      if (ms > silenceMs) (silences[id] ??= []).push({ ms, endMs: nowMs })
      lastSound[id] = nowMs
    }
    return look
  }
  const looks = ['peer-audio', 'other-audio'].map(listenTo)

  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () {
    if (this.loop)
      this.addEventListener('playing', () => armed && (firsts['ring'] ??= Date.now()), { once: true })
    return play.call(this)
  }

  const devices = navigator.mediaDevices
  const getUserMedia = devices.getUserMedia.bind(devices)
  devices.getUserMedia = async (constraints) => {
    did('microphoneAsked')
    const stream = await getUserMedia(constraints)
    did('microphoneOpen')
    return stream
  }

  const Native = RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(config?: RTCConfiguration) {
      super(config)
      did('connectionMade')
      this.addEventListener('signalingstatechange', () => did(`signaling-${this.signalingState}`))
      this.addEventListener('iceconnectionstatechange', () => did(`ice-${this.iceConnectionState}`))
      this.addEventListener('connectionstatechange', () => did(`connection-${this.connectionState}`))
      this.addEventListener('track', () => did('track'))
      this.addEventListener('datachannel', () => did('channel'))
    }
  }

  async function until(what: string, patienceMs: number): Promise<number> {
    const giveUpMs = Date.now() + patienceMs
    for (;;) {
      const seen = firsts[what]
      if (seen !== undefined) return seen
      if (Date.now() > giveUpMs) throw new Error(`no ${what} in ${patienceMs} ms: ${JSON.stringify(steps)}`)
      await new Promise((next) => setTimeout(next, 20))
    }
  }

  window.watch = {
    arm() {
      firsts = {}
      steps = {}
      silences = {}
      void context.resume()
      if (armed) return
      armed = true
      for (const look of looks) look()
    },
    rest() {
      armed = false
      void context.suspend()
    },
    seen: until,
    async longestOver(id, sinceMs, calmMs, patienceMs) {
      const giveUpMs = Date.now() + patienceMs
      for (;;) {
        const nowMs = Date.now()
        const [longest] = (silences[id] ?? [])
          .filter(({ endMs }) => endMs > sinceMs)
          .toSorted((one, other) => other.ms - one.ms)
        const isCalm = nowMs - (lastSound[id] ?? 0) < silenceMs
        if (isCalm && nowMs - (longest?.endMs ?? sinceMs) > calmMs) return longest?.endMs ?? null
        if (nowMs > giveUpMs) throw new Error(`no sound in ${patienceMs} ms`)
        await new Promise((next) => setTimeout(next, 20))
      }
    },
    async shareHeard(id, ms) {
      const windowMs = 100
      let heard = 0
      for (let window = 0; window < ms / windowMs; window++) {
        const startedMs = Date.now()
        await new Promise((next) => setTimeout(next, windowMs))
        if ((lastSound[id] ?? 0) >= startedMs) heard++
      }
      return heard / (ms / windowMs)
    },
    steps: () => ({ ...steps }),
  }
}
