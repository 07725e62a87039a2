// What the desktop shows of the app beside its main window: tray, alert window, notification, wakefulness. All of
// it follows from the views; nothing here is remembered or ordered.
import type { CallView } from '../../contract/call-view.ts'
import type { Slice } from '../../contract/ipc.ts'
import type { ViewBoard } from '../views.ts'
import type { IncomingAlert } from './incoming-alert.ts'
import type { Notifications } from './notifications.ts'
import type { Power } from './power.ts'
import type { ScreenFrame } from './screen-frame.ts'
import type { ScreenPicker } from './screen-picker.ts'
import { trayOf, type TrayModel } from './tray-model.ts'

const traySlices: ReadonlySet<Slice> = new Set([
  'app',
  'call',
  'server',
  'history',
  'devices',
  'warnings',
  'settings',
  'ringing',
  'control',
])

export function followViews(
  views: ViewBoard,
  parts: {
    readonly tray: { show(model: TrayModel): void }
    readonly alert: Pick<IncomingAlert, 'update'>
    readonly notifications: Pick<Notifications, 'update' | 'remember' | 'talk'>
    readonly power: Pick<Power, 'update'>
    readonly screenPicker: Pick<ScreenPicker, 'update'>
    readonly screenFrame: ScreenFrame
    readonly windows: { keepPageAwake(awake: boolean): void }
  },
): void {
  views.onChange((slice) => {
    if (traySlices.has(slice)) parts.tray.show(currentTray(views))
    const { namesHidden } = views.read('ringing')
    if (slice === 'history') parts.notifications.remember(views.read('history'), namesHidden)
    if (slice === 'ringing') parts.notifications.update(views.read('call'), namesHidden)
    if (slice === 'control') parts.notifications.talk(views.read('control').talk)
    if (slice !== 'call') return
    const call = views.read('call')
    parts.alert.update(call)
    parts.notifications.update(call, namesHidden)
    parts.power.update(call)
    parts.screenPicker.update(call)
    parts.screenFrame.update(call)
    parts.windows.keepPageAwake(isActive(call))
  })
}

export function currentTray(views: ViewBoard): TrayModel {
  return trayOf({
    app: views.read('app'),
    call: views.read('call'),
    server: views.read('server'),
    history: views.read('history'),
    devices: views.read('devices'),
    warnings: views.read('warnings'),
    settings: views.read('settings'),
    ringing: views.read('ringing'),
    control: views.read('control'),
  })
}

/** There is a call that somebody would miss. */
export function isActive(call: CallView): boolean {
  return call.phase !== 'idle' && call.phase !== 'ended'
}
