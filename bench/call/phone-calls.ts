// Calls of two running apps, contacts of each other, clicked as a person clicks.
import { setTimeout as delay } from 'node:timers/promises'
import { persons, type Person } from '../../e2e/network/town.ts'
import { closeAll, type Phone } from '../../e2e/phone.ts'
import { humanMs, patienceMs, setupOf, type Setup } from './setup.ts'
import { installWatch } from './watch.ts'

export interface PhoneCalls {
  readonly caller: Phone
  readonly callee: Phone
  /** Rings, accepts and waits for sound both ways; the call goes on. */
  begin(): Promise<Setup>
  /** Hangs up and puts both screens back. */
  end(): Promise<void>
  close(): Promise<void>
}

/** Alice calls, Bob answers. `start` starts each of them. */
export async function openPhones(
  server: { readonly url: string; readonly endsTls?: boolean },
  start: (person: Person) => Promise<Phone>,
): Promise<PhoneCalls> {
  const phones = await Promise.all(persons.map(start))
  const [caller, callee] = phones as [Phone, Phone]
  await Promise.all(phones.map((phone) => phone.setUp(server)))
  await caller.addContact(await callee.address(), 'Callee')
  await callee.addContact(await caller.address(), 'Caller')
  for (const { page } of phones) await page.evaluate(installWatch)

  const click = ({ page }: Phone, id: string) =>
    page.evaluate((id) => {
      const button = document.querySelector<HTMLButtonElement>(`[data-testid=${id}]`)
      if (!button) throw new Error(`no ${id} on the screen`)
      const atMs = Date.now()
      button.click()
      return atMs
    }, id)
  const seen = ({ page }: Phone, what: 'peer-audio' | 'ring') =>
    page.evaluate(([what, patienceMs]) => window.watch.seen(what, patienceMs), [what, patienceMs] as const)

  return {
    caller,
    callee,
    async begin() {
      for (const { page } of phones) await page.evaluate(() => window.watch.arm())
      await caller.byId('dial-address').fill(await callee.address())
      await delay(humanMs)
      const calledAtMs = await click(caller, 'dial-voice')
      const rangAtMs = await seen(callee, 'ring')
      await callee.page.locator('[data-testid=answer]:enabled').waitFor()
      await delay(humanMs)
      const acceptedAtMs = await click(callee, 'answer')
      const heardAtMs = await Promise.all(phones.map((phone) => seen(phone, 'peer-audio')))
      const ends = await Promise.all(phones.map(({ page }) => page.evaluate(() => window.watch.steps())))
      return setupOf({ calledAtMs, rangAtMs, acceptedAtMs, heardAtMs, ends })
    },
    async end() {
      // Unless it was lost.
      if ((await caller.views()).call.phase !== 'ended') await caller.byId('hang-up').click()
      for (const phone of phones) {
        await phone.phase('ended')
        await phone.byId('dismiss').click()
        await phone.phase('idle')
        await phone.page.evaluate(() => window.watch.rest())
      }
      await delay(humanMs)
    },
    close: () => closeAll(phones),
  }
}
