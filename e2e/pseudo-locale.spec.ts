// Every screen with texts longer than any language has, from left to right and from right to left: it has room for them.
import { expectInside, narrow, zoomed } from './ui-preview/inside.ts'
import { test } from './ui-preview/preview-page.ts'
import { scenes } from './ui-preview/scenes.ts'

test.use({ pseudo: true })

for (const scene of scenes) {
  test(`screen ${scene.name} has room for longer texts, also from right to left`, async ({ open }) => {
    const page = await open(scene)
    for (const direction of ['ltr', 'rtl']) {
      await page.evaluate((dir) => {
        document.documentElement.dir = dir
      }, direction)
      await expectInside(page, direction)
      for (const size of scene.page ? [] : [narrow, zoomed]) {
        await page.setViewportSize(size)
        await expectInside(page, `${direction} at ${size.width} × ${size.height}`)
      }
    }
  })
}
