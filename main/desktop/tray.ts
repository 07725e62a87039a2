// The icon in the system tray. Draws what tray-model says and reports which item was chosen.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  Menu,
  Tray,
  nativeImage,
  nativeTheme,
  type MenuItemConstructorOptions,
  type NativeImage,
} from 'electron'
import type { TrayAction, TrayItem, TrayModel, TrayState } from './tray-model.ts'

export interface TrayIcon {
  show(model: TrayModel): void
}

/** `imageFolder` holds `<state>-<light|dark>-<px>.png` and `<state>-Template.png`, each with its `@2x` twin. */
export function createTray(options: {
  imageFolder: string
  first: TrayModel
  onAction: (action: TrayAction) => void
}): TrayIcon {
  const { imageFolder, onAction } = options
  let shown = options.first
  const image = () => imageOf(imageFolder, shown.state)
  const tray = new Tray(image())

  const menu = () =>
    tray.setContextMenu(Menu.buildFromTemplate(shown.menu.map((item) => template(item, onAction))))
  tray.setToolTip(shown.tooltip)
  menu()
  tray.on('click', () => onAction({ type: 'open' }))
  nativeTheme.on('updated', () => tray.setImage(image()))

  return {
    show(model) {
      const before = shown
      shown = model
      if (model.state !== before.state) tray.setImage(image())
      if (model.tooltip !== before.tooltip) tray.setToolTip(model.tooltip)
      // Linux shows a changed menu only when it is set again, and setting it closes the one that is open.
      if (!isDeepStrictEqual(model.menu, before.menu)) menu()
    },
  }
}

function template(item: TrayItem, onAction: (action: TrayAction) => void): MenuItemConstructorOptions {
  const { action } = item
  return {
    id: item.id,
    label: item.label,
    type: item.kind,
    ...(item.checked !== undefined && { checked: item.checked }),
    ...(item.items && { submenu: item.items.map((inner) => template(inner, onAction)) }),
    ...(action && { click: () => onAction(action) }),
  }
}

function imageOf(folder: string, state: TrayState): NativeImage {
  return nativeImage.createFromPath(join(folder, `${state}-${variant()}.png`))
}

/** The light glyph stands on dark panels. macOS colours its own; Windows has 16 px, Linux panels 22 or 24. */
function variant(): string {
  if (process.platform === 'darwin') return 'Template'
  if (process.platform === 'win32') {
    return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'light-16' : 'dark-16'
  }
  return nativeTheme.shouldUseDarkColors ? 'light-22' : 'dark-22'
}
