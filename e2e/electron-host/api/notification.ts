// Owns Notification as an object that is open or not. Tests emit what a person would do: click, action, close.
import { EventEmitter } from 'node:events'
import type { Notification as ElectronNotification, NotificationConstructorOptions } from 'electron'
import { hostEvent } from '../host-event.ts'
import { offeredClass, type Part } from '../refusal.ts'

let lastId = 0

class HostNotification extends EventEmitter implements Part<ElectronNotification> {
  readonly id: string
  readonly groupId: string
  title: string
  subtitle: string
  body: string
  silent: boolean
  urgency: ElectronNotification['urgency']
  timeoutType: ElectronNotification['timeoutType']
  actions: ElectronNotification['actions']
  closeButtonText: string
  hasReply: boolean
  #isOpen = false

  static isSupported(): boolean {
    return true
  }
  constructor(options: NotificationConstructorOptions = {}) {
    super()
    this.id = options.id ?? `notification-${++lastId}`
    this.groupId = options.groupId ?? ''
    this.title = options.title ?? ''
    this.subtitle = options.subtitle ?? ''
    this.body = options.body ?? ''
    this.silent = options.silent ?? false
    this.urgency = options.urgency ?? 'normal'
    this.timeoutType = options.timeoutType ?? 'default'
    this.actions = options.actions ?? []
    this.closeButtonText = options.closeButtonText ?? ''
    this.hasReply = options.hasReply ?? false
  }
  show(): void {
    if (this.#isOpen) this.emit('close', hostEvent())
    this.#isOpen = true
    setImmediate(() => this.emit('show', hostEvent()))
  }
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    setImmediate(() => this.emit('close', hostEvent()))
  }
}

export const Notification = offeredClass<typeof ElectronNotification>('Notification')(HostNotification)
