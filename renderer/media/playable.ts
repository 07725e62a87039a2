// Whether Chromium can play a sound file, found out without a sound: it is loaded and its first samples are decoded.

const patienceMs = 8_000
/** Shorter is a click, and a loop of clicks. */
const shortestS = 0.2

/** Never rejects. */
export async function isPlayable(
  bytes: Uint8Array<ArrayBuffer>,
  createAudio: () => HTMLAudioElement = () => new Audio(),
): Promise<boolean> {
  const url = URL.createObjectURL(new Blob([bytes]))
  const element = createAudio()
  try {
    return await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), patienceMs)
      const answer = (plays: boolean) => {
        clearTimeout(timer)
        resolve(plays)
      }
      element.addEventListener('loadeddata', () => answer(element.duration >= shortestS), { once: true })
      element.addEventListener('error', () => answer(false), { once: true })
      element.preload = 'auto'
      element.src = url
    })
  } finally {
    element.removeAttribute('src')
    element.load()
    URL.revokeObjectURL(url)
  }
}
