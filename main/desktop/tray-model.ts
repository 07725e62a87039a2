// What the tray shows for a state of the app: icon, words and menu, as plain values. Knows no Electron.
import type { CallView, PeerView } from '../../contract/call-view.ts'
import type { CallCommand, Views } from '../../contract/ipc.ts'
import { availabilities, type Availability } from '../../contract/ringing.ts'
import type { DeviceWish } from '../../contract/settings.ts'
import { choices } from '../devices.ts'
import { unseenMissed } from '../history.ts'
import { strings } from './strings.ts'

export type TrayState = 'offline' | 'ready' | 'ringing' | 'in-call' | 'muted' | 'missed' | 'do-not-disturb'

/** Devices that are chosen from the tray. */
type TrayRole = 'microphone' | 'speaker' | 'camera'

export type TrayAction =
  | { readonly type: 'command'; readonly command: CallCommand }
  | { readonly type: 'choose'; readonly role: TrayRole; readonly wish: DeviceWish }
  | { readonly type: 'be'; readonly availability: Availability }
  | { readonly type: 'open' }
  | { readonly type: 'lock' }
  | { readonly type: 'quit' }

export interface TrayItem {
  /** Stable, so that an item can be found whatever its label says. */
  readonly id: string
  readonly label: string
  readonly kind: 'normal' | 'checkbox' | 'radio' | 'separator' | 'submenu'
  readonly checked?: boolean
  readonly action?: TrayAction
  readonly items?: readonly TrayItem[]
}

export interface TrayModel {
  readonly state: TrayState
  readonly tooltip: string
  readonly menu: readonly TrayItem[]
}

export type TrayViews = Pick<
  Views,
  'app' | 'call' | 'server' | 'history' | 'devices' | 'warnings' | 'settings' | 'ringing' | 'control'
>

export function trayOf(views: TrayViews): TrayModel {
  const { state, words } = stateOf(views)
  const { app, warnings } = views
  const hush = hushWords(views)
  const unread = warnings.calls.length
  return {
    state,
    tooltip: strings.tray.tooltip(hush === null || hush === words ? words : strings.tray.hushed(words, hush)),
    menu: [
      ...callItems(views.call),
      ...(unread > 0
        ? [item('warnings', strings.tray.warnings(unread), { type: 'open' }), separator('after-warnings')]
        : []),
      deviceMenu(views, 'microphone'),
      deviceMenu(views, 'speaker'),
      deviceMenu(views, 'camera'),
      presenceMenu(views),
      separator('before-open'),
      item('open', strings.tray.open, { type: 'open' }),
      ...(app.stage === 'ready' && app.lock.passphrase
        ? [item('lock', strings.tray.lock, { type: 'lock' })]
        : []),
      item('quit', strings.tray.quit, { type: 'quit' }),
    ],
  }
}

/** The name a person gave, never the one a caller claims; nobody's where none is to be shown. */
export function shownName(peer: PeerView, hidden: boolean): string {
  return hidden ? strings.someone.caller : (peer.name ?? strings.unknownCaller)
}

function stateOf({ call, server, history, warnings, ringing: { hush, namesHidden }, control }: TrayViews): {
  state: TrayState
  words: string
} {
  const { tray } = strings
  switch (call.phase) {
    case 'incoming':
      return { state: 'ringing', words: tray.ringing(shownName(call.peer, namesHidden)) }
    case 'dialing':
    case 'ringing':
      return {
        state: 'in-call',
        words: tray.calling(namesHidden ? strings.someone.called : calledName(call.peer)),
      }
    case 'connecting':
    case 'talking':
    case 'reconnecting': {
      const name = namesHidden ? strings.someone.partner : calledName(call.peer)
      return call.media.micOn
        ? { state: 'in-call', words: (control.talk === 'held' ? tray.heldOpen : tray.inCall)(name) }
        : { state: 'muted', words: (control.talk === 'stuck' ? tray.letGo : tray.muted)(name) }
    }
    case 'idle':
    case 'ended':
      break
  }
  // The same picture: something waits to be read. A warning is the graver news.
  const unread = warnings.calls.length
  if (unread > 0) return { state: 'missed', words: tray.warnings(unread) }
  const missed = unseenMissed(history)
  if (missed > 0) return { state: 'missed', words: tray.missed(missed) }
  if (server.state !== 'online') return { state: 'offline', words: tray.offline }
  if (hush !== null) return { state: 'do-not-disturb', words: tray[hush] }
  return { state: 'ready', words: tray.ready }
}

/** What keeps callers from being heard, whatever else the icon shows; not in a call, which nobody else can ring into. */
function hushWords({ call, ringing }: TrayViews): string | null {
  const isFree =
    call.phase === 'idle' || call.phase === 'ended' || (call.phase === 'incoming' && call.silenced)
  return ringing.hush !== null && isFree ? strings.tray[ringing.hush] : null
}

/** Somebody I dialled without having a contact is no caller: the address stands for the name. */
function calledName(peer: PeerView): string {
  return peer.name ?? peer.address
}

function callItems(call: CallView): readonly TrayItem[] {
  const { tray } = strings
  switch (call.phase) {
    case 'idle':
    case 'ended':
      return []
    case 'incoming': {
      const { callId } = call
      return [
        item('answer', tray.answer, command({ type: 'answer', callId, video: call.media.video })),
        item('decline', tray.decline, command({ type: 'decline', callId })),
        ...(call.silenced ? [] : [item('silence', tray.silence, command({ type: 'silence', callId }))]),
        separator('after-call'),
      ]
    }
    case 'dialing':
    case 'ringing':
    case 'connecting':
    case 'talking':
    case 'reconnecting': {
      const { callId, media } = call
      return [
        {
          id: 'mute',
          label: tray.mute,
          kind: 'checkbox',
          checked: !media.micOn,
          action: command({ type: 'mute', callId, on: media.micOn }),
        },
        ...(media.video
          ? [
              {
                id: 'camera-on',
                label: tray.cameraOn,
                kind: 'checkbox' as const,
                checked: media.cameraOn,
                action: command({ type: 'camera', callId, on: !media.cameraOn }),
              },
            ]
          : []),
        ...(media.sharing.own === 'off'
          ? []
          : [item('stop-sharing', tray.stopSharing, command({ type: 'share', callId, on: false }))]),
        item('hang-up', tray.hangUp, command({ type: 'hang-up', callId })),
        separator('after-call'),
      ]
    }
  }
}

/** `microphone:default` first, then `microphone:1` … in the order of the system. */
function deviceMenu({ devices }: TrayViews, role: TrayRole): TrayItem {
  const { deviceId, isDefault } = devices.chosen[role]
  const radio = (id: string, label: string, checked: boolean, wish: DeviceWish): TrayItem => ({
    id: `${role}:${id}`,
    label,
    kind: 'radio',
    checked,
    action: { type: 'choose', role, wish },
  })
  return {
    id: role,
    label: strings.tray[role],
    kind: 'submenu',
    items: [
      radio('default', strings.tray.systemDefault, isDefault, null),
      ...choices(devices.available, role).map((device, index) =>
        radio(`${index + 1}`, device.label, !isDefault && device.deviceId === deviceId, {
          deviceId: device.deviceId,
          label: device.label,
        }),
      ),
    ],
  }
}

function presenceMenu({ settings }: TrayViews): TrayItem {
  return {
    id: 'presence',
    label: strings.tray.presence,
    kind: 'submenu',
    items: availabilities.map((availability) => ({
      id: `presence:${availability}`,
      label: strings.tray[availability],
      kind: 'radio',
      checked: settings.availability === availability,
      action: { type: 'be', availability },
    })),
  }
}

const item = (id: string, label: string, action: TrayAction): TrayItem => ({
  id,
  label,
  kind: 'normal',
  action,
})
const separator = (id: string): TrayItem => ({ id, label: '', kind: 'separator' })
const command = (call: CallCommand): TrayAction => ({ type: 'command', command: call })
