// One running app as a person meets it: starts the built app with a profile of its own, goes through the first run,
// clicks what a person clicks. Shared by the specs and the demo; knows nothing of the host it runs on.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { _electron, type ElectronApplication, type Locator, type Page } from '@playwright/test'
import type { CallView } from '../contract/call-view.ts'
import type { ShellApi, Views } from '../contract/ipc.ts'
import type { SettingsSection } from '../renderer/stores/settings-section.ts'
import './host.ts'
import { writeTone } from './tone.ts'

declare global {
  interface Window {
    readonly shell: ShellApi
  }
}

export const projectRoot = resolve(import.meta.dirname, '..')
/** The build has no keyring to ask, so that every phone shows that a passphrase is asked for and used. */
export const passphrase = 'a throw-away passphrase'

export interface PhoneOptions {
  readonly name: string
  /** What its microphone hears; none gives Chromium's own beeps. */
  readonly toneHz?: number
  /** The same as a WAV file. */
  readonly soundFile?: string
  /** Real microphones and speakers, and no camera, instead of Chromium's own: for a machine with a sound server. */
  readonly realSound?: boolean
  /** What its camera sees, as a file that Chromium can film (see qr-picture); none gives Chromium's own picture. */
  readonly film?: string
  /** A profile to open again; without one a new folder is made and removed at the end. */
  readonly userData?: string
  /** The app to start: a folder or file. None is the built app itself. */
  readonly app?: string
  /** A program that runs the app somewhere else; none is what the host has. */
  readonly executable?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** The call while it is in one of these phases. */
export type CallIn<P extends CallView['phase']> = CallView & { readonly phase: P }

export interface Phone {
  readonly name: string
  readonly app: ElectronApplication
  readonly page: Page
  readonly userData: string
  /** Policy violations, page errors and crashes seen so far. A spec asserts that it is empty. */
  readonly problems: string[]
  byId(id: string): Locator
  views(): Promise<Views>
  /** Goes through the first run with this server. */
  setUp(server: { readonly url: string; readonly endsTls?: boolean } | 'host'): Promise<void>
  unlock(): Promise<void>
  address(): Promise<string>
  addContact(address: string, name: string): Promise<void>
  /**
   * Has this caller, who is no contact, begin anew: a suite calls more often than strangers may. Becoming a contact, and
   * none again, does that.
   */
  forgive(address: string): Promise<void>
  openSettings(section: SettingsSection): Promise<void>
  /** Dials an address through the dial field. */
  dial(address: string, media: 'voice' | 'video'): Promise<void>
  /** Resolves with the call once it is in one of these phases. */
  phase<P extends CallView['phase']>(...phases: P[]): Promise<CallIn<P>>
  /** The code as its screen shows it, symbols and numbers. Opens the panel if it did not open by itself. */
  codeOnScreen(): Promise<string>
  /** The alert window, once it is in sight. */
  alert(): Promise<Page>
  /** How many of them are in sight. */
  alerts(): Promise<number>
  clickTray(itemId: string): Promise<void>
  /** What the person answers to the system's questions from now on. Without it, a question is an error on the stand-in. */
  answerSystem(yes: boolean): Promise<void>
  /** The words of the questions since `answerSystem`, one text for each. */
  systemAsked(): Promise<readonly string[]>
  /** Quits. Throws if that takes too long, when nothing of it is left. */
  close(): Promise<void>
}

/** Chromium's remark, now and then, on the trial of the encryption: a picture that no screen takes is let go of late. */
const ofTheTrial = 'VideoFrame was garbage collected'

export async function startPhone(options: PhoneOptions): Promise<Phone> {
  const temporary = options.userData === undefined
  const userData = options.userData ?? mkdtempSync(join(tmpdir(), `earshot-${options.name.toLowerCase()}-`))
  const sound =
    options.soundFile ?? (options.toneHz ? writeTone(join(userData, 'tone'), options.toneHz) : null)
  const app = await _electron.launch({
    cwd: projectRoot,
    ...(options.executable && { executablePath: options.executable }),
    args: [
      '-r',
      join(projectRoot, 'e2e/probe.cjs'),
      `--user-data-dir=${userData}`,
      '--password-store=basic',
      ...(options.realSound ? [] : ['--use-fake-device-for-media-stream']),
      ...(sound ? [`--use-file-for-fake-audio-capture=${sound}`] : []),
      ...(options.film ? [`--use-file-for-fake-video-capture=${options.film}`] : []),
      options.app ?? '.',
      ...(options.args ?? []),
    ],
    env: { ...process.env, ...options.env } as Record<string, string>,
  })
  const problems: string[] = []
  const watch = (page: Page) => {
    page.on('pageerror', (error) => problems.push(`${options.name}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes(ofTheTrial))
        problems.push(`${options.name}: ${message.text()}`)
    })
  }
  const page = await windowWith(app, 'index.html')
  watch(page)
  app.on('window', watch)

  const byId = (id: string) => page.getByTestId(id)
  const views = async () => {
    const result = await page.evaluate(() => window.shell.snapshot({}))
    if (!result.ok) throw new Error(`${options.name}: snapshot refused: ${result.code}`)
    return result.value
  }

  const answerSystem = (yes: boolean) =>
    app.evaluate(
      ({ dialog }, response) => {
        const asked: string[] = []
        Object.assign(globalThis, { __asked: asked })
        dialog.showMessageBox = async (first: unknown, second?: unknown) => {
          const { message, detail } = (second ?? first) as Electron.MessageBoxOptions
          asked.push(`${message}\n${detail ?? ''}`)
          return { response, checkboxChecked: false }
        }
      },
      yes ? 0 : 1,
    )

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const giveUpMs = Date.now() + patienceMs
    while (!(await holds())) {
      if (Date.now() > giveUpMs)
        throw new Error(`${options.name} is not ${what} but ${JSON.stringify((await views()).call)}`)
      await new Promise((next) => setTimeout(next, 25))
    }
  }

  return {
    name: options.name,
    app,
    page,
    userData,
    problems,
    byId,
    views,
    async setUp(server) {
      await byId('first-run-name').fill(options.name)
      await byId('first-run-next').click()
      await byId('passphrase').fill(passphrase)
      await byId('passphrase-repeat').fill(passphrase)
      await byId('first-run-next').click()
      if (server === 'host') await byId('host-server').click()
      else {
        await byId('server-url').fill(server.url)
        if (server.endsTls) {
          await byId('server-advanced').click()
          await byId('server-ends-tls').check()
        }
        await byId('use-server').click()
      }
      await byId('server-state').waitFor()
      await until('online', async () => {
        const { app, server } = await views()
        return app.stage === 'ready' && server.state === 'online'
      })
    },
    async unlock() {
      await byId('passphrase').fill(passphrase)
      await byId('unlock').click()
      await byId('server-state').waitFor()
    },
    async address() {
      const { identity } = await views()
      if (!identity) throw new Error(`${options.name} has no identity yet`)
      return identity.address
    },
    async addContact(address, name) {
      await byId('contacts-tab').click()
      await byId('add-contact').first().click()
      await byId('contact-address').fill(address)
      await byId('contact-name').fill(name)
      await byId('contact-save').click()
      await byId('contact-row').filter({ hasText: name }).waitFor()
    },
    async forgive(address) {
      await page.evaluate(async (address) => {
        const added = await window.shell['contacts.add']({ address, name: 'Forgiven', server: null })
        if (added.ok) await window.shell['contacts.remove']({ address: address as never })
      }, address)
    },
    async openSettings(section) {
      await byId('settings-open').click()
      await byId(`settings-${section}`).click()
    },
    async dial(address, media) {
      await byId('dial-address').fill(address)
      await byId(media === 'video' ? 'dial-video' : 'dial-voice').click()
    },
    async phase(...phases) {
      let { call } = await views()
      await until(`in a call that is ${phases.join(' or ')}`, async () => {
        call = (await views()).call
        return (phases as string[]).includes(call.phase)
      })
      return call as CallIn<(typeof phases)[number]>
    },
    async codeOnScreen() {
      // Before sound was opened there is nothing to compare, and then the panel may open by itself.
      await until('in an encrypted call', async () => {
        const { call } = await views()
        return (call.phase === 'talking' || call.phase === 'reconnecting') && call.secure
      })
      await byId('sas-digits').or(byId('sas-open')).first().waitFor()
      const open = byId('sas-open')
      if (!(await byId('sas-digits').isVisible())) await open.click()
      const [symbols, digits] = await Promise.all([
        byId('sas-symbols').first().innerText(),
        byId('sas-digits').first().innerText(),
      ])
      return `${symbols} ${digits}`.replaceAll(/\s+/g, ' ').trim()
    },
    alert: () => windowWith(app, 'alert.html', (page) => isInSight(app, page)),
    async alerts() {
      const open = app.windows().filter((window) => window.url().includes('alert.html'))
      const inSight = await Promise.all(open.map((page) => isInSight(app, page).catch(() => false)))
      return inSight.filter(Boolean).length
    },
    async clickTray(itemId) {
      await app.evaluate((_electron, itemId) => {
        const { trays } = (globalThis as unknown as { __probe: { trays: { menu: Electron.Menu }[] } }).__probe
        const item = trays[0]?.menu.getMenuItemById(itemId)
        if (!item) throw new Error(`the tray has no item ${itemId}`)
        item.click()
      }, itemId)
    },
    answerSystem,
    systemAsked: () =>
      app.evaluate(() => (globalThis as unknown as { __asked: readonly string[] | undefined }).__asked ?? []),
    async close() {
      // Whoever closes a phone here means it: the question before quitting in a call is answered with yes.
      const quit = answerSystem(true)
        .catch(() => undefined)
        .then(() => app.close())
        .catch(() => undefined)
      const isGone = await Promise.race([quit.then(() => true), delay(quitsWithinMs, false, { ref: false })])
      if (!isGone) endGroup(app.process().pid)
      if (temporary) rmSync(userData, { recursive: true, force: true, maxRetries: 5 })
      if (!isGone) throw new Error(`${options.name} did not quit`)
    },
  }
}

/** Closes each, also when another one does not quit. Throws if one did not. */
export async function closeAll(phones: readonly (Phone | undefined)[]): Promise<void> {
  const results = await Promise.allSettled(phones.map((phone) => phone?.close()))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Playwright starts an app as the leader of a group: nothing of it may live on beside the next test. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL')
  } catch {
    // Gone by now.
  }
}

const patienceMs = 40_000
const quitsWithinMs = 30_000

/** Polls: a window may still be blank when it is announced, and one that is hidden is on its way out. */
async function windowWith(
  app: ElectronApplication,
  file: string,
  isMeant: (page: Page) => Promise<boolean> = async () => true,
): Promise<Page> {
  const giveUpMs = Date.now() + patienceMs
  for (;;) {
    for (const page of app.windows().filter((candidate) => candidate.url().includes(file))) {
      if (!(await isMeant(page).catch(() => false))) continue
      await page.waitForLoadState('domcontentloaded')
      return page
    }
    if (Date.now() > giveUpMs) throw new Error(`no window showed ${file}`)
    await app.waitForEvent('window', { timeout: 100 }).catch(() => undefined)
  }
}

async function isInSight(app: ElectronApplication, page: Page): Promise<boolean> {
  const window = await app.browserWindow(page)
  return window.evaluate((window: Electron.BrowserWindow) => window.isVisible())
}
