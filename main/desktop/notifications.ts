// Notifications of the system: one while a call comes in, one for each call that was missed. They only ever bring
// the window to the front; answering happens in a window of ours.
import type { CallView } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { ControlView, HistoryEntry } from '../../contract/ipc.ts'
import { strings } from './strings.ts'
import { shownName } from './tray-model.ts'

/** The part of Electron's Notification that is used. */
export interface Toast {
  on(event: 'click', listener: () => void): unknown
  show(): void
  close(): void
}

export interface Notifications {
  /** `namesHidden`: nobody is to be named just now; who was already is so no more. */
  update(call: CallView, namesHidden: boolean): void
  /** The history as it is now. The first one is what was known before; later ones may hold missed calls. */
  remember(history: readonly HistoryEntry[], namesHidden: boolean): void
  /** Whether a key that is held to talk is held. That it was let go is said where the window may be out of sight. */
  talk(talk: ControlView['talk']): void
  say(title: string, body: string): void
}

export function createNotifications(options: {
  make: (words: { title: string; body: string }) => Toast
  onClick: () => void
  /** Nothing of this person's calls is to be heard now. */
  isHushed: (peer: Address) => boolean
}): Notifications {
  let ringing: { readonly callId: CallId; readonly toast: Toast; readonly named: boolean } | null = null
  /** Who rings without a sound just now: their missed call is in the history, and says nothing either. */
  let silent: Address | null = null
  let talking: ControlView['talk'] = 'up'
  let known: ReadonlySet<string> | null = null
  /** Held until the next one: a notification that is collected as garbage no longer hears its click. */
  let latest: Toast | null = null

  const say = (title: string, body: string): Toast => {
    const toast = options.make({ title, body })
    toast.on('click', options.onClick)
    toast.show()
    latest = toast
    return latest
  }

  return {
    update(call, namesHidden) {
      const callId = call.phase === 'incoming' ? call.callId : null
      if (ringing && (ringing.callId !== callId || (ringing.named && namesHidden))) {
        ringing.toast.close()
        ringing = null
      }
      silent = call.phase === 'incoming' && call.silenced && !ringing ? call.peer.address : null
      if (call.phase === 'incoming' && !call.silenced && !ringing) {
        const toast = say(
          strings.notification.incoming(shownName(call.peer, namesHidden)),
          strings.notification.incomingBody,
        )
        ringing = { callId: call.callId, toast, named: !namesHidden }
      }
    },
    remember(history, namesHidden) {
      const before = known
      known = new Set(history.map(({ id }) => id))
      if (before === null) return
      for (const { id, address, outcome, seen, name } of history) {
        if (outcome !== 'missed' || seen || before.has(id)) continue
        if (address === silent || options.isHushed(address)) continue
        const { notification, tray, unknownCaller } = strings
        say(namesHidden ? tray.missed(1) : notification.missed(name ?? unknownCaller), '')
      }
    },
    talk(talk) {
      if (talk === 'stuck' && talking !== 'stuck') {
        say(strings.notification.letGo, strings.notification.letGoBody)
      }
      talking = talk
    },
    say: (title, body) => void say(title, body),
  }
}
