// Every screen in every language that Earshot speaks is inside its window; and in the longest of them readable by machines.
import type { Page } from '@playwright/test'
import { languages, type Language } from '../contract/settings.ts'
import { expectInside, narrow } from './ui-preview/inside.ts'
import { expect, test } from './ui-preview/preview-page.ts'
import { expectReadable } from './ui-preview/readable.ts'
import { scenes, type Scene } from './ui-preview/scenes.ts'

const longest: Language = 'de'

async function speak(page: Page, { views }: Scene, spokenLanguage: Language): Promise<void> {
  await page.evaluate((settings) => window.fake.tell('settings', settings), {
    ...views.settings,
    spokenLanguage,
  })
  await expect(page.locator('html')).toHaveAttribute('lang', spokenLanguage)
}

for (const scene of scenes) {
  test(`screen ${scene.name} in every language`, async ({ open }) => {
    const page = await open(scene)
    if (!scene.page) await page.setViewportSize(narrow)
    for (const language of languages.filter((each) => each !== 'en')) {
      await speak(page, scene, language)
      await expectInside(page, language)
      if (language === longest) await expectReadable(page, 'words', language)
    }
  })
}
