// Listens to what a phone really plays: the spectrum of the stream in its audio element. A call that is only
// silent, or that carries somebody else's tone, does not pass.
import type { JSHandle, Page } from '@playwright/test'

export interface Heard {
  /** The loudest frequency of the last window that had sound; 0 when none had. */
  readonly toneHz: number
  /** Windows of one second, out of four, whose loudest frequency was the expected one and the other 20 dB below. */
  readonly windows: number
  /** Power of the expected tone above the other one in the best window, dB. */
  readonly marginDb: number
}

/** Runs in the page: knows nothing outside itself. */
const listen = async ({
  expectedHz,
  otherHz,
  selector,
}: {
  expectedHz: number
  otherHz: number
  selector: string
}): Promise<Heard> => {
  const element = document.querySelector<HTMLAudioElement>(selector)
  const stream = element?.srcObject
  if (!(stream instanceof MediaStream)) return { toneHz: 0, windows: 0, marginDb: -999 }
  const context = new AudioContext()
  await context.resume()
  const analyser = context.createAnalyser()
  analyser.fftSize = 8192
  analyser.smoothingTimeConstant = 0
  context.createMediaStreamSource(stream).connect(analyser)
  const hzPerBin = context.sampleRate / analyser.fftSize
  const bins = new Float32Array(analyser.frequencyBinCount)
  const heard = { toneHz: 0, windows: 0, marginDb: -999 }
  for (let window = 0; window < 4; window++) {
    const loudest = new Float32Array(bins.length).fill(-200)
    for (let sample = 0; sample < 20; sample++) {
      await new Promise((next) => setTimeout(next, 50))
      analyser.getFloatFrequencyData(bins)
      for (let i = 0; i < bins.length; i++) loudest[i] = Math.max(loudest[i]!, bins[i]!)
    }
    let peak = Math.ceil(100 / hzPerBin)
    for (let i = peak; i < loudest.length; i++) if (loudest[i]! > loudest[peak]!) peak = i
    if (loudest[peak]! < -70) continue
    heard.toneHz = peak * hzPerBin
    const near = (hz: number) => {
      const bin = Math.round(hz / hzPerBin)
      return Math.max(...loudest.subarray(bin - 2, bin + 3))
    }
    const margin = near(expectedHz) - near(otherHz)
    heard.marginDb = Math.max(heard.marginDb, margin)
    if (Math.abs(peak * hzPerBin - expectedHz) <= 15 && margin >= 20) heard.windows++
  }
  await context.close()
  return heard
}

/** Four windows of one second. Judge `windows >= 3`; start once the call has run for about three seconds. */
const peerAudio = '#peer-audio'

export function hear(page: Page, expectedHz: number, otherHz: number, selector = peerAudio): Promise<Heard> {
  return page.evaluate(listen, { expectedHz, otherHz, selector })
}

/** The same in whatever page a window shows now: Playwright has lost one that crashed. */
export function hearInWindow(
  window: JSHandle<Electron.BrowserWindow>,
  expectedHz: number,
  otherHz: number,
): Promise<Heard> {
  const code = `(${listen})(${JSON.stringify({ expectedHz, otherHz, selector: peerAudio })})`
  return window.evaluate((w, code) => w.webContents.executeJavaScript(code) as Promise<Heard>, code)
}

/** When the audio element was first not silent, in ms since the epoch. Rejects after `patienceMs` of silence. */
export function firstSound(page: Page, patienceMs: number): Promise<number> {
  return page.evaluate(async (patienceMs) => {
    const giveUpMs = Date.now() + patienceMs
    const spend = async () => {
      if (Date.now() > giveUpMs) throw new Error('the audio element stayed silent')
      await new Promise((next) => setTimeout(next, 5))
    }
    for (;;) {
      const stream = document.querySelector<HTMLAudioElement>('#peer-audio')?.srcObject
      if (stream instanceof MediaStream && stream.getAudioTracks().length) {
        const context = new AudioContext()
        await context.resume()
        const analyser = context.createAnalyser()
        analyser.fftSize = 256
        context.createMediaStreamSource(stream).connect(analyser)
        const wave = new Float32Array(analyser.fftSize)
        for (;;) {
          analyser.getFloatTimeDomainData(wave)
          if (wave.some((x) => Math.abs(x) > 0.01)) break
          await spend()
        }
        await context.close()
        return Date.now()
      }
      await spend()
    }
  }, patienceMs)
}

/** The loudest sample that the audio element plays in the next `ms`, 0 to 1. */
export function loudest(page: Page, ms: number): Promise<number> {
  return page.evaluate(async (ms) => {
    const stream = document.querySelector<HTMLAudioElement>('#peer-audio')?.srcObject
    if (!(stream instanceof MediaStream)) return 0
    const context = new AudioContext()
    await context.resume()
    const analyser = context.createAnalyser()
    analyser.fftSize = 8192
    context.createMediaStreamSource(stream).connect(analyser)
    const wave = new Float32Array(analyser.fftSize)
    const endMs = performance.now() + ms
    let peak = 0
    while (performance.now() < endMs) {
      await new Promise((next) => setTimeout(next, 50))
      analyser.getFloatTimeDomainData(wave)
      for (const sample of wave) peak = Math.max(peak, Math.abs(sample))
    }
    await context.close()
    return peak
  }, ms)
}
