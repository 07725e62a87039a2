// No page of ours goes anywhere: every way to another page, another window or a guest page is shut (E13).
import { app, shell, type Event } from 'electron'
import { isAppUrl } from '../app-protocol.ts'
import { externalUrl } from './external-url.ts'

/** For every page there will ever be, before the first one is made. */
export function lockNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: Event) => event.preventDefault()
    contents.on('will-navigate', refuse)
    contents.on('will-frame-navigate', refuse)
    contents.on('will-redirect', refuse)
    contents.on('will-attach-webview', refuse)
    contents.setWindowOpenHandler(({ url }) => {
      const external = isAppUrl(contents.getURL()) ? externalUrl(url) : null
      if (external) void shell.openExternal(external)
      return { action: 'deny' }
    })
  })
}
