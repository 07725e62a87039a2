// What a soak watches in a page of the app: since when the peer's tone is heard, what it has open, and what went wrong in
// it. One function that is sent into the page, again into each that takes its place.
import type { Views } from '../../contract/ipc.ts'
import type { Seen } from './judge.ts'

export interface PageWatch {
  /** When this page began, ms since the epoch. */
  readonly bornAtMs: number
  look(): Promise<Seen>
  /** The app is logged in at its server. */
  online(): Promise<boolean>
  /** What is open now and may not be once a call is over. */
  open(): Readonly<Record<'connections' | 'workers' | 'microphones', number>>
  /** Errors since it was last asked. */
  problems(): readonly string[]
}

declare global {
  interface Window {
    soakWatch: PageWatch | undefined
  }
}

/** Runs in the page: knows nothing outside itself. Waits for nothing, so that it is there before a call is. */
export function installPageWatch({ toneHz, otherHz }: { toneHz: number; otherHz: number }): void {
  if (window.soakWatch) return
  /** Longer than the pauses of the tones. */
  const silenceMs = 700
  const bornAtMs = Date.now()
  let [heardAtMs, soundSinceMs] = [0, 0]
  const problems: string[] = []

  function listen(): void {
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    analyser.fftSize = 4096
    analyser.smoothingTimeConstant = 0
    const bins = new Float32Array(analyser.frequencyBinCount)
    const level = (hz: number) => bins[Math.round((hz * analyser.fftSize) / context.sampleRate)] ?? -Infinity
    let listening: { readonly stream: MediaStream; readonly source: MediaStreamAudioSourceNode } | null = null
    setInterval(() => {
      const stream = document.querySelector<HTMLAudioElement>('#peer-audio')?.srcObject
      const playing = stream instanceof MediaStream && stream.getAudioTracks().length > 0 ? stream : null
      if (listening?.stream !== playing) {
        listening?.source.disconnect()
        listening = playing && { stream: playing, source: context.createMediaStreamSource(playing) }
        listening?.source.connect(analyser)
      }
      if (!listening) return
      analyser.getFloatFrequencyData(bins)
      if (level(toneHz) < -70 || level(toneHz) - level(otherHz) < 20) return
      const nowMs = Date.now()
      if (nowMs - heardAtMs > silenceMs) soundSinceMs = nowMs
      heardAtMs = nowMs
    }, 40)
  }

  const connections = new Set<RTCPeerConnection>()
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(config?: RTCConfiguration) {
      super(config)
      connections.add(this)
    }
  }
  const workers = new Set<Worker>()
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      workers.add(this)
    }
    override terminate(): void {
      workers.delete(this)
      super.terminate()
    }
  }
  const microphones = new Set<MediaStreamTrack>()
  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    for (const track of stream.getTracks()) microphones.add(track)
    return stream
  }

  addEventListener('error', ({ message }) => problems.push(message))
  addEventListener('unhandledrejection', ({ reason }) => problems.push(`unhandled: ${String(reason)}`))
  addEventListener('securitypolicyviolation', ({ violatedDirective }) => problems.push(violatedDirective))
  const error = console.error
  console.error = (...said: unknown[]) => {
    problems.push(said.map(String).join(' '))
    error(...said)
  }

  // To main, asking means being ready: not before the app has mounted, with the home screen behind whatever it shows.
  const isThere = () => document.querySelector('[data-testid=home]') !== null
  async function views(): Promise<Views | null> {
    if (!isThere()) return null
    const snapshot = await window.shell.snapshot({})
    return snapshot.ok ? snapshot.value : null
  }

  window.soakWatch = {
    bornAtMs,
    async look() {
      const call = (await views())?.call
      const sentence = document.querySelector<HTMLElement>('[data-testid=end-text]')?.innerText ?? ''
      return {
        phase: call?.phase ?? 'away',
        reason: call?.phase === 'ended' ? call.reason : null,
        detail: call?.phase === 'ended' ? call.detail : null,
        explained: sentence.trim() !== '',
        heardAtMs,
        soundSinceMs,
      }
    },
    online: async () => (await views())?.server.state === 'online',
    open() {
      // What is kept here would be counted as if the app kept it.
      for (const each of connections) if (each.connectionState === 'closed') connections.delete(each)
      for (const each of microphones) if (each.readyState !== 'live') microphones.delete(each)
      return { connections: connections.size, workers: workers.size, microphones: microphones.size }
    },
    problems: () => problems.splice(0),
  }
  listen()
}
