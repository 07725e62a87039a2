// Owns before-input-event. While the app listens, the page holds each key back and reports it (page/preload-world.ts);
// the app is asked, and what it does not prevent is typed again. A key arrives a little later than without a listener.
import type { WebContents } from 'electron'
import type { CdpSession } from '../cdp.ts'
import type { ChromiumPage } from '../chromium-page.ts'
import { hostEvent } from '../host-event.ts'
import type { KeyReport } from '../page/preload-world.ts'

const EVENT = 'before-input-event'

export function followKeys(
  contents: WebContents,
  session: CdpSession,
  page: ChromiumPage,
): { reported(key: KeyReport): void } {
  const watch = (): void => {
    if (contents.listenerCount(EVENT) > 0) page.toPreload({ type: 'watch-keys' })
  }
  contents.on('dom-ready', watch)
  ;(contents as NodeJS.EventEmitter).on('newListener', (name: string) => {
    if (name === EVENT) page.toPreload({ type: 'watch-keys' })
  })
  // One after the other: Chromium may overtake itself when keys are sent without waiting.
  let typed = Promise.resolve()
  async function retype(key: KeyReport): Promise<void> {
    page.toPreload({ type: 'let-key', key })
    await session.send('Input.dispatchKeyEvent', again(key)).catch((error: unknown) => {
      if (!contents.isDestroyed()) console.error('electron host: key:', error)
    })
  }
  return {
    reported(key) {
      const modifiers = (['shift', 'control', 'alt', 'meta'] as const).filter((name) => key[name])
      const event = hostEvent()
      contents.emit(EVENT, event, { ...key, modifiers })
      if (event.defaultPrevented) return
      typed = typed.then(() => retype(key))
    },
  }
}

/** The key for Input.dispatchKeyEvent. */
function again(key: KeyReport) {
  const isText = key.type === 'keyDown' && !key.control && !key.meta && !key.alt
  const text = key.key === 'Enter' ? '\r' : key.key.length === 1 ? key.key : ''
  return {
    type: key.type,
    key: key.key,
    code: key.code,
    windowsVirtualKeyCode: key.keyCode,
    location: key.location === 3 ? 0 : key.location,
    isKeypad: key.location === 3,
    autoRepeat: key.isAutoRepeat,
    modifiers: (key.alt ? 1 : 0) | (key.control ? 2 : 0) | (key.meta ? 4 : 0) | (key.shift ? 8 : 0),
    ...(isText && text !== '' ? { text } : {}),
  }
}
