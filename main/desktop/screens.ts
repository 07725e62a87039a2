// Brings a screen of the main window to the front, and keeps the wish until its page is there to hear it.
import type { Push, ReadForm } from '../../contract/ipc.ts'

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
  /** Throws for what is no link of ours. */
  readLink: (text: string) => ReadForm
}): Screens {
  let ready = false
  let waiting: (() => Push<'show'>) | null = null

  /** What is to be shown is read when it can be: by then there may be contacts. */
  const show = (push: () => Push<'show'>) => {
    options.showWindow()
    if (ready) options.send(push())
    else waiting = push
  }

  return {
    show: (push) => show(() => push),
    openLink: (text) => show(() => screenFor(text, options.readLink)),
    pageReady() {
      ready = true
      const push = waiting
      waiting = null
      if (push) options.send(push())
    },
    pageGone() {
      ready = false
    },
  }
}

function screenFor(link: string, readLink: (text: string) => ReadForm): Push<'show'> {
  try {
    return { screen: 'contact', form: readLink(link) }
  } catch {
    return { screen: 'bad-link' }
  }
}
