// Owns Menu and MenuItem: the tree, ids, check marks and clicks. Nothing is drawn; a test clicks an item by its id.
import { EventEmitter } from 'node:events'
import type { MenuItemConstructorOptions, NativeImage } from 'electron'
import { hostEvent } from '../host-event.ts'
import { offeredClass, refusal, type Part } from '../refusal.ts'
import { app } from './app.ts'
import { BrowserWindow } from './browser-window.ts'

type Menu = Electron.Menu
type MenuItem = Electron.MenuItem
type Role = NonNullable<MenuItem['role']>

const roles: Partial<Record<Role, () => void>> = {
  quit: () => app.quit(),
  close: () => BrowserWindow.getFocusedWindow()?.close(),
  minimize: () => BrowserWindow.getFocusedWindow()?.minimize(),
}
const positions = ['before', 'after', 'beforeGroupContaining', 'afterGroupContaining'] as const
let lastCommandId = 0

class HostMenuItem implements Part<MenuItem> {
  readonly commandId = ++lastCommandId
  id: string
  label: string
  sublabel: string
  toolTip: string
  type: MenuItem['type']
  role?: Role
  accelerator: MenuItem['accelerator']
  icon?: NativeImage | string
  enabled: boolean
  visible: boolean
  checked: boolean
  submenu?: Menu
  declare menu: Menu
  click: (event?: object) => void

  constructor(options: MenuItemConstructorOptions) {
    for (const name of positions) if (options[name]) throw refusal(`MenuItem option ${name}`)
    this.id = options.id ?? ''
    this.label = options.label ?? options.role ?? ''
    this.sublabel = options.sublabel ?? ''
    this.toolTip = options.toolTip ?? ''
    this.type = options.type ?? (options.submenu ? 'submenu' : 'normal')
    // Electron's declarations name some roles for the option that they forget for the item.
    if (options.role) this.role = options.role as Role
    this.accelerator = options.accelerator ?? null
    if (options.icon) this.icon = options.icon
    this.enabled = options.enabled ?? true
    this.visible = options.visible ?? true
    this.checked = options.checked ?? false
    if (options.submenu) {
      this.submenu = Array.isArray(options.submenu)
        ? Menu.buildFromTemplate(options.submenu)
        : options.submenu
    }
    this.click = (event = hostEvent()) => {
      this.#mark()
      if (this.role) this.#playRole(this.role)
      else
        options.click?.(
          this as unknown as MenuItem,
          BrowserWindow.getFocusedWindow() ?? undefined,
          event as Electron.KeyboardEvent,
        )
    }
  }

  #mark(): void {
    if (this.type === 'checkbox') this.checked = !this.checked
    if (this.type !== 'radio') return
    for (const item of radioGroup(this as unknown as MenuItem)) item.checked = false
    this.checked = true
  }
  #playRole(role: Role): void {
    const play = roles[role]
    if (!play) throw refusal(`the menu role ${role}`)
    play()
  }
}

/** Neighbours of a radio item, up to the next item of another kind. */
function radioGroup(item: MenuItem): MenuItem[] {
  const { items } = item.menu
  const isBorder = (other: MenuItem): boolean => other.type !== 'radio'
  const start = items.slice(0, items.indexOf(item)).findLastIndex(isBorder) + 1
  const length = items.slice(start).findIndex(isBorder)
  return items.slice(start, length < 0 ? undefined : start + length)
}

class HostMenu extends EventEmitter implements Part<Menu> {
  items: MenuItem[] = []
  #callback: (() => void) | undefined

  static buildFromTemplate(template: (MenuItemConstructorOptions | MenuItem)[]): Menu {
    const menu = new Menu()
    for (const entry of template) menu.append(entry instanceof MenuItem ? entry : new MenuItem(entry))
    return menu
  }
  static setApplicationMenu(menu: Menu | null): void {
    app.applicationMenu = menu
  }
  static getApplicationMenu(): Menu | null {
    return app.applicationMenu
  }

  append(item: MenuItem): void {
    this.insert(this.items.length, item)
  }
  insert(position: number, item: MenuItem): void {
    item.menu = this as unknown as Menu
    this.items.splice(position, 0, item)
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id)
      if (found) return found
    }
    return null
  }
  popup(options: Electron.PopupOptions = {}): void {
    this.#callback = options.callback
    this.emit('menu-will-show', hostEvent())
  }
  closePopup(): void {
    this.emit('menu-will-close', hostEvent())
    this.#callback?.()
  }
}

export const MenuItem = offeredClass<typeof Electron.MenuItem>('MenuItem')(HostMenuItem)
export const Menu = offeredClass<typeof Electron.Menu>('Menu')(HostMenu)
