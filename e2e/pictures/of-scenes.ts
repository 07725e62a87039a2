// Pictures of the scenes of the preview: the real page in a state that main could be in.
import { launchPreviewBrowser, newPreviewContext, newScenePage } from '../ui-preview/open-scene.ts'
import { startPreviewServer } from '../ui-preview/preview-server.ts'
import { scenes } from '../ui-preview/scenes.ts'
import type { Album } from './album.ts'

/** Scenes that are there to see whether long or hostile names fit, or whose twin is pictured. */
const forTestsOnly =
  /long|mismatch$|hostile|claiming|not-found|unmeasured|-end$|clash|exhausted|stranger-|over-another|-strict$|other-person|talk-up|silent|unheard|codes-tried|while-ringing|frame-bypass|frames-unverified|echo-on|change$|pinned-details|wrong-passphrase|note-busy|doctor-clearing/

/** Takes `screen-NAME-THEME.png` of each scene that `wanted` picks by its picture's name. */
export async function pictureScenes(
  album: Album,
  { say, wanted }: { say: (line: string) => void; wanted: (picture: string) => boolean },
): Promise<void> {
  const chosen = scenes.filter(({ name }) => !forTestsOnly.test(name) && wanted(`screen-${name}`))
  if (chosen.length === 0) return
  const server = await startPreviewServer()
  const browser = await launchPreviewBrowser()
  try {
    const page = await newScenePage(await newPreviewContext(browser), server.url)
    for (const scene of chosen) {
      await album.take(await page.show(scene), `screen-${scene.name}`)
      say(`screen-${scene.name}`)
    }
  } finally {
    await browser.close()
    await server.close()
  }
}
