// Owns will-download: tells the session that a download began and lets none go on, whatever the app says.
import type { DownloadItem } from 'electron'
import { browser } from '../browser.ts'
import { hostEvent } from '../host-event.ts'
import { toApp } from '../origins.ts'
import { offered } from '../refusal.ts'
import { defaultSession } from './session.ts'
import { webContents } from './web-contents.ts'

export async function stopDownloads(): Promise<void> {
  browser().on('Browser.downloadWillBegin', ({ guid, url, frameId, suggestedFilename }) => {
    browser()
      .send('Browser.cancelDownload', { guid })
      .catch(() => {}) // denied below already
    const event = hostEvent()
    const item = offered<DownloadItem>('DownloadItem', {
      getURL: () => toApp(url),
      getFilename: () => suggestedFilename,
      cancel: () => {},
    })
    const contents = webContents.fromDevToolsTargetId(frameId) // a page's target has the id of its main frame
    defaultSession.emit('will-download', event, item, contents)
    if (!event.defaultPrevented) console.error(`electron host: downloads are not available: ${toApp(url)}`)
  })
  await browser().send('Browser.setDownloadBehavior', { behavior: 'deny', eventsEnabled: true })
}
