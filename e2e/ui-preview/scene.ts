// What a scene is, and steps that several of them begin with.
import type { Page } from '@playwright/test'
import type { Views } from '../../contract/ipc.ts'
import type { SettingsSection } from '../../renderer/stores/settings-section.ts'
import type { FakeShell } from './fake-shell.ts'
import { ready, safetyNumber } from './sample-views.ts'

export interface Scene {
  readonly name: string
  readonly views: Views
  readonly page?: 'alert.html' | 'picker.html'
  readonly answers?: FakeShell['answers']
  readonly steps?: (page: Page) => Promise<unknown>
}

export const withNumber: FakeShell['answers'] = {
  'contacts.safety-number': { ok: true, value: safetyNumber },
}

export const inCall = (call: Views['call']): Views => ({ ...ready, call })

export const click = (id: string) => (page: Page) => page.getByTestId(id).first().click()

export const locked: Views = {
  ...ready,
  app: { ...ready.app, lock: { ...ready.app.lock, passphrase: true } },
}

export const moved: Views = {
  ...ready,
  identity: ready.identity && {
    ...ready.identity,
    successorLink: `${ready.identity.link}&was=${'Wm9sZA'.repeat(37)}`,
  },
}

/** Opens a section of the settings and clicks these in it. */
export const inSettings =
  (section: SettingsSection, ...ids: string[]) =>
  async (page: Page) => {
    await page.getByTestId('settings-open').click()
    await page.getByTestId(`settings-${section}`).click()
    for (const id of ids) await page.getByTestId(id).click()
  }

/** The same, and scrolls to where this begins or, with `block`, to where it is there. */
export const at =
  (section: SettingsSection, id: string, block: ScrollLogicalPosition = 'start', ...ids: string[]) =>
  async (page: Page) => {
    await inSettings(section, ...ids)(page)
    await page.getByTestId(id).evaluate((card, block) => card.scrollIntoView({ block }), block)
  }
