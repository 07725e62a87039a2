// Owns WebRTC's address policy. A running Chromium changes it only for an extension, so the host brings one: empty, with
// the right to do just this, and spoken to by the DevTools protocol.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Cdp, CdpSession } from './cdp.ts'

const manifest = {
  manifest_version: 3,
  name: 'Address policy of the electron host',
  version: '1',
  permissions: ['privacy'],
  background: { service_worker: 'worker.js' },
}

let worker: CdpSession | null = null
let turn: Promise<unknown> = Promise.resolve()

/** Before Playwright is there: what starts later, it holds. The profile may have been left under another policy. */
export async function startAddressPolicy(cdp: Cdp, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(path.join(folder, 'worker.js'), "console.log('started')")
  const found = new Promise<string>((resolve) =>
    cdp.browser.on('Target.targetCreated', ({ targetInfo: { type, url, targetId } }) => {
      if (type === 'service_worker' && url.startsWith('chrome-extension://')) resolve(targetId)
    }),
  )
  await cdp.browser.send('Extensions.loadUnpacked', { path: folder })
  // Chromium keeps it running for as long as somebody is attached to it.
  const target = { targetId: await found, flatten: true }
  worker = cdp.session((await cdp.browser.send('Target.attachToTarget', target)).sessionId)
  // Before its script has run, an extension's worker may not have what extensions have. What it said before is said again.
  const session = worker
  const started = new Promise((resolve) => session.on('Runtime.consoleAPICalled', resolve))
  await session.send('Runtime.enable')
  await started
  await setAddressPolicy('default')
}

/** Settles once connections that are made from now on follow it. In the order in which it was asked for. */
export function setAddressPolicy(policy: string): Promise<void> {
  const expression = `chrome.privacy.network.webRTCIPHandlingPolicy.set({ value: ${JSON.stringify(policy)} })`
  const setting = turn.then(async () => {
    if (!worker) throw new Error('Chromium is not running yet')
    const { exceptionDetails } = await worker.send('Runtime.evaluate', { expression, awaitPromise: true })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  })
  turn = setting.catch(() => undefined)
  return setting
}
