// Brings a screen of the main window to the front, and keeps the wish until its page is there to hear it.
import type { Push } from '../../contract/ipc.ts'
import { parseLink } from './deep-link.ts'

export interface Screens {
  show(push: Push<'show'>): void
  /** A link that was opened somewhere: fills a form, or says that it is none. */
  openLink(text: string): void
  pageReady(): void
  pageGone(): void
}

export function createScreens(options: {
  showWindow: () => void
  send: (push: Push<'show'>) => void
}): Screens {
  let ready = false
  let waiting: Push<'show'> | null = null

  const show = (push: Push<'show'>) => {
    options.showWindow()
    if (ready) options.send(push)
    else waiting = push
  }

  return {
    show,
    openLink: (text) => show(screenFor(text)),
    pageReady() {
      ready = true
      const push = waiting
      waiting = null
      if (push) options.send(push)
    },
    pageGone() {
      ready = false
    },
  }
}

function screenFor(link: string): Push<'show'> {
  try {
    return { screen: 'contact', form: parseLink(link) }
  } catch {
    return { screen: 'bad-link' }
  }
}
