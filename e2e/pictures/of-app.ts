// Pictures of the running app: two people at a signaling server that is honest until it attacks.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { openChat } from '../chat/chat-hands.ts'
import { flipBit } from '../evil-server/attacks.ts'
import { startEvilServer } from '../evil-server/evil-server.ts'
import { closeAll, startPhone, type Phone } from '../phone.ts'
import type { Album } from './album.ts'
import { filmPerson } from './film.ts'

interface Studio {
  readonly ada: Phone
  readonly bob: Phone
  take(page: Page, name: string): Promise<void>
}

/** Takes `app-NAME-THEME.png` of what two people meet from their first start to a call that is stopped. */
export async function pictureApp(album: Album, say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-pictures-'))
  const film = (who: 'ada' | 'bob') => {
    filmPerson(join(folder, `${who}.y4m`), who)
    return join(folder, `${who}.y4m`)
  }
  const evil = await startEvilServer()
  const [ada, bob] = await Promise.all([
    startPhone({ name: 'Ada', toneHz: 440, film: film('ada') }),
    startPhone({ name: 'Bob', toneHz: 660, film: film('bob') }),
  ])
  const studio: Studio = {
    ada,
    bob,
    async take(page, name) {
      await album.take(page, `app-${name}`)
      say(`app-${name}`)
    },
  }
  try {
    await Promise.all([ada.setUp({ url: evil.url }), bob.setUp({ url: evil.url })])
    await beginnings(studio)
    await voiceCall(studio)
    await videoCall(studio)
    // The acceptance is altered on its way, and the call never begins.
    evil.attack(flipBit(2, 'box'))
    await ada.byId('call-voice').click()
    await bob.phase('incoming')
    await bob.byId('answer').click()
    await ada.phase('ended')
    await studio.take(ada.page, 'altered')
  } finally {
    await closeAll([ada, bob])
    await evil.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function beginnings({ ada, bob, take }: Studio): Promise<void> {
  await take(ada.page, 'tour')
  await Promise.all([ada.byId('tour-skip').click(), bob.byId('tour-skip').click()])
  await take(ada.page, 'home-empty')
  await ada.addContact(await bob.address(), 'Bob')
  await bob.addContact(await ada.address(), 'Ada')
  await take(ada.page, 'home')
  await ada.byId('contact-row').filter({ hasText: 'Bob' }).click()
  await take(ada.page, 'contact')
}

async function voiceCall({ ada, bob, take }: Studio): Promise<void> {
  await ada.byId('call-voice').click()
  await bob.phase('incoming')
  await ada.phase('ringing', 'connecting', 'dialing')
  const alert = await bob.alert()
  await take(alert, 'alert')
  await take(ada.page, 'calling')
  await take(bob.page, 'incoming')
  await alert.getByTestId('answer').click()
  await Promise.all([ada.phase('talking'), bob.phase('talking')])
  await Promise.all([ada.codeOnScreen(), bob.codeOnScreen()])
  await take(ada.page, 'call-code')
  await Promise.all([ada.byId('sas-match').click(), bob.byId('sas-match').click()])
  await ada.byId('sas-panel').waitFor({ state: 'hidden' })
  await take(ada.page, 'call-checked')
  await ada.byId('details-toggle').click()
  await take(ada.page, 'call-details')
  await ada.byId('details-toggle').click()
  await chat(ada, bob)
  await take(ada.page, 'call-chat')
  await hangUp(ada, bob, () => take(ada.page, 'ended'))
}

async function chat(ada: Phone, bob: Phone): Promise<void> {
  for (const phone of [ada, bob]) await openChat(phone)
  const say = async (phone: Phone, text: string): Promise<void> => {
    await phone.byId('chat-field').fill(text)
    await phone.byId('chat-send').click()
    for (const { page } of [ada, bob]) await page.getByTestId('chat-text').filter({ hasText: text }).waitFor()
  }
  await say(bob, 'Which train is it?')
  await say(ada, 'The 17:40 from platform 9. Here is the page: https://trains.example/1740')
  await say(bob, 'I will be there 👍')
}

async function videoCall({ ada, bob, take }: Studio): Promise<void> {
  await ada.byId('call-video').click()
  await bob.phase('incoming')
  await bob.byId('answer-video').click()
  await Promise.all([ada, bob].map(pictured))
  await take(ada.page, 'call-video')
  await ada.byId('sas-open').click()
  await ada.byId('sas-digits').waitFor()
  await take(ada.page, 'call-video-code')
  await hangUp(ada, bob)
  await ada.byId('history-tab').click()
  await take(ada.page, 'history')
  await ada.byId('contacts-tab').click()
}

async function hangUp(ada: Phone, bob: Phone, look?: () => Promise<void>): Promise<void> {
  await ada.byId('hang-up').click()
  await Promise.all([ada.phase('ended'), bob.phase('ended')])
  await look?.()
  await Promise.all([ada.byId('dismiss').click(), bob.byId('dismiss').click()])
}

/** Waits until this phone has decoded pictures. */
async function pictured(phone: Phone): Promise<void> {
  while (((await phone.phase('talking')).facts.traffic?.framesDecoded ?? 0) < 20);
}
