// A phone in a soak, driven through its main process alone: Playwright loses a page that crashes, and the app does not.
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { JSHandle } from '@playwright/test'
import type { Phone } from '../phone.ts'
import type { Seen } from './judge.ts'
import { installPageWatch } from './page-watch.ts'

export interface SoakPhone {
  readonly phone: Phone
  /** What it says and plays now; `away` while no page answers. */
  look(): Promise<Seen>
  online(): Promise<boolean>
  /** Calls somebody, as the dial field does. */
  dial(address: string, video?: boolean): Promise<void>
  /** Clears the call history, as its screen does. */
  forgetHistory(): Promise<void>
  /** Presses a button, once it is there and can be pressed. */
  click(id: string): Promise<void>
  /** Makes the page begin anew, and resolves with when that was ordered, ms since the epoch, once the next is there. */
  endPage(how: 'reload' | 'crash'): Promise<number>
  /** What went wrong in its pages and its main process since it was last asked. */
  problems(): Promise<readonly string[]>
  /** What its page has open, the resources of its main process by type, its listeners, and what keeps the computer awake. */
  counts(): Promise<Readonly<Record<string, number>>>
  /** After a collection, in bytes; `page` is null where the page cannot be asked. */
  heap(): Promise<{ readonly main: number; readonly page: number | null }>
}

/** In milliseconds. A page that is going away may never answer. */
const answerPatience = 3_000
const pagePatience = 30_000
const away: Seen = {
  phase: 'away',
  reason: null,
  detail: null,
  explained: false,
  heardAtMs: 0,
  soundSinceMs: 0,
}

/** `toneHz` is what it has to hear, `otherHz` what it says itself. */
export async function openSoakPhone(
  phone: Phone,
  { toneHz, otherHz }: { readonly toneHz: number; readonly otherHz: number },
): Promise<SoakPhone> {
  const { app } = phone
  const window: JSHandle<Electron.BrowserWindow> = await app.browserWindow(phone.page)
  const install = `(${installPageWatch})(${JSON.stringify({ toneHz, otherHz })})`
  await window.evaluate((w, code) => {
    w.webContents.on('dom-ready', () => void w.webContents.executeJavaScript(code).catch(() => undefined))
    return w.webContents.executeJavaScript(code) as Promise<void>
  }, install)

  await app.evaluate(watchWakeLocks)

  const said: string[] = []
  const log = app.process().stderr
  if (log) createInterface(log).on('line', (line) => isProblem(line) && said.push(`${phone.name}: ${line}`))

  /** Null while there is no page that answers. */
  async function inPage<T>(code: string): Promise<T | null> {
    const answer = window
      .evaluate((w, code) => w.webContents.executeJavaScript(code) as Promise<unknown>, code)
      .catch(() => null)
    return (await Promise.race([answer, delay(answerPatience, null)])) as T | null
  }
  const born = () => inPage<number>('window.soakWatch?.bornAtMs ?? null')

  async function until<T>(what: string, patienceMs: number, ask: () => Promise<T | null>): Promise<T> {
    const giveUpMs = Date.now() + patienceMs
    for (;;) {
      const answer = await ask()
      if (answer !== null) return answer
      if (Date.now() > giveUpMs) throw new Error(`${phone.name}: ${what} in ${patienceMs} ms`)
      await delay(50)
    }
  }

  return {
    phone,
    look: async () => (await inPage<Seen>('window.soakWatch?.look() ?? null')) ?? away,
    online: async () => (await inPage<boolean>('window.soakWatch?.online() ?? false')) ?? false,
    async dial(address, video = false) {
      const order = JSON.stringify({ type: 'dial', address, video })
      await inPage(`window.shell['call.command'](${order})`)
    },
    async forgetHistory() {
      await inPage(`window.shell['history.clear']({})`)
    },
    async click(id) {
      const press = `(() => {
        const button = document.querySelector('[data-testid=${id}]:enabled')
        button?.click()
        return button ? true : null
      })()`
      await until(`no ${id} to press`, pagePatience, () => inPage<boolean>(press))
    },
    async endPage(how) {
      const before = await born()
      const endedAtMs = Date.now()
      await window.evaluate(
        (w, how) => (how === 'reload' ? w.webContents.reload() : w.webContents.forcefullyCrashRenderer()),
        how,
      )
      await until('no page again', pagePatience, async () => {
        const now = await born()
        return now === before ? null : now
      })
      return endedAtMs
    },
    async problems() {
      const inThisPage = (await inPage<readonly string[]>('window.soakWatch?.problems() ?? []')) ?? []
      const seen = [...phone.problems.splice(0), ...said.splice(0)]
      // Playwright sees the same ones, as long as it has the page.
      return [...seen, ...inThisPage.filter((problem) => !seen.some((one) => one.includes(problem)))]
    },
    async counts() {
      const open = await until('no count of what is open', pagePatience, () =>
        inPage<Record<string, number>>('window.soakWatch?.open() ?? null'),
      )
      const { resources, ...inMain } = await app.evaluate(countInMain)
      const counts: Record<string, number> = {}
      for (const [what, count] of Object.entries({
        ...inMain,
        ...(await documentCounts(phone).catch(() => ({}))),
      }))
        counts[`${phone.name} ${what}`] = count
      for (const [what, count] of Object.entries(open)) counts[`${phone.name} ${what}`] = count
      for (const type of resources)
        counts[`${phone.name} ${type}`] = (counts[`${phone.name} ${type}`] ?? 0) + 1
      return counts
    },
    async heap() {
      const main = await app.evaluate(() => {
        const [v8, vm] = [process.getBuiltinModule('node:v8'), process.getBuiltinModule('node:vm')]
        v8.setFlagsFromString('--expose-gc')
        ;(vm.runInNewContext('gc') as () => void)()
        return process.memoryUsage().heapUsed
      })
      return { main, page: await pageHeap(phone).catch(() => null) }
    },
  }
}

/** Runs in the main process: knows nothing outside itself. From now on it is known what keeps the computer awake. */
function watchWakeLocks({ powerSaveBlocker }: typeof Electron.CrossProcessExports): void {
  const held = new Set<number>()
  const start = powerSaveBlocker.start.bind(powerSaveBlocker)
  const stop = powerSaveBlocker.stop.bind(powerSaveBlocker)
  Object.assign(globalThis, { soakWakeLocks: held })
  Object.assign(powerSaveBlocker, {
    start(type: 'prevent-app-suspension' | 'prevent-display-sleep') {
      const id = start(type)
      held.add(id)
      return id
    },
    stop(id: number) {
      held.delete(id)
      return stop(id)
    },
  })
}

/** Runs in the main process: knows nothing outside itself. */
function countInMain({ app, ipcMain, powerMonitor, BrowserWindow }: typeof Electron.CrossProcessExports) {
  const listenersOf = (emitter: NodeJS.EventEmitter): number =>
    emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0)
  const windows = BrowserWindow.getAllWindows()
  const emitters = [
    app,
    ipcMain,
    powerMonitor,
    process,
    ...windows,
    ...windows.map((each) => each.webContents),
  ]
  return {
    resources: process.getActiveResourcesInfo(),
    windows: windows.length,
    'wake locks': (globalThis as unknown as { readonly soakWakeLocks: ReadonlySet<number> }).soakWakeLocks
      .size,
    'main listeners': emitters.reduce((sum, emitter) => sum + listenersOf(emitter as NodeJS.EventEmitter), 0),
  }
}

/** Of the page's document after a collection, as DevTools count them. */
async function documentCounts(phone: Phone): Promise<Readonly<Record<string, number>>> {
  const session = await phone.page.context().newCDPSession(phone.page)
  await session.send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  await session.detach()
  return { nodes, listeners: jsEventListeners }
}

async function pageHeap(phone: Phone): Promise<number | null> {
  const session = await phone.page.context().newCDPSession(phone.page)
  const measure = async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    await session.detach()
    return usedSize
  }
  return Promise.race([measure(), delay(answerPatience, null)])
}

/** Of what the app says of itself, only this: a page that is gone was meant to be, and refusals are counted. */
const isProblem = (line: string): boolean => /"event":"(?:bug|crypto-fault)"/.test(line)
