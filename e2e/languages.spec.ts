// Every screen in every language that Earshot speaks: readable by machines, inside its window. And with texts longer than
// any language has, in the place of English, from left to right and from right to left: there is room for them.
import { languages } from '../contract/settings.ts'
import { narrow, outsideIn, zoomed, type Wording } from './ui-preview/inside.ts'
import { expect, test } from './ui-preview/preview-page.ts'
import { unreadable } from './ui-preview/readable.ts'
import { scenes } from './ui-preview/scenes.ts'

test.use({ pseudo: true })

const longest: readonly Wording[] = [
  { language: 'en', direction: 'ltr' },
  { language: 'en', direction: 'rtl' },
]
const translated = languages.filter((language) => language !== 'en')

for (const scene of scenes) {
  test(`screen ${scene.name} in every language, and with longer texts than any has`, async ({ visit }) => {
    const { settings } = scene.views
    const page = await visit(scene)
    const found = [...(await outsideIn(page, settings, longest))]
    if (!scene.page) {
      await page.setViewportSize(zoomed)
      found.push(...(await outsideIn(page, settings, longest)))
      await page.setViewportSize(narrow)
      found.push(...(await outsideIn(page, settings, longest)))
    }
    for (const language of translated) {
      found.push(...(await outsideIn(page, settings, [{ language, direction: 'ltr' }])))
      found.push(...(await unreadable(page, 'words')).map((finding) => `${language}: ${finding}`))
    }
    expect(found, scene.name).toEqual([])
  })
}

test('what stands outside the window and what has no name is found', async ({ visit }) => {
  const { views } = scenes.find(({ name }) => name === 'home')!
  const page = await visit({ views })
  await page.evaluate(() => {
    const button = document.createElement('button')
    button.style.width = '2000px'
    document.body.append(button)
  })
  expect(await outsideIn(page, views.settings, longest)).toEqual([
    expect.stringMatching(/^en, ltr, .*: 2000 and 2000 of 980 pixels$/),
    expect.stringMatching(/^en, rtl, .*: 2000 and \d+ of 980 pixels$/),
  ])
  expect(await unreadable(page, 'words')).toEqual([expect.stringMatching(/^button-name: /)])
})
