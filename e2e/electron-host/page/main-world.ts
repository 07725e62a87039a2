// Owns what the page's own world must do differently from a stock Chromium: take the preload's API, ask the app before a
// permission, and hand new windows to the app. Runs before any script of the page. It may use nothing outside itself.
import type { createWorldBridge } from './world-bridge.ts'

/** What the preload's world does for this one (page/preload-world.ts). */
export interface PageHost {
  askPermission(permission: string, details: Record<string, unknown>): Promise<string | false>
  /** Asks the app's check handler anew, as Electron does each time a page looks. */
  refreshChecks(): Promise<{ audio: boolean; video: boolean }>
  openWindow(url: string, frameName: string, features: string): void
}

export function prepareMainWorld(createBridge: typeof createWorldBridge, eventName: string): void {
  if (window !== window.top) return
  const bridge = createBridge(eventName, 'page')
  let host: PageHost | null = null

  const freeze = (value: unknown): unknown => {
    const isObject = value !== null && (typeof value === 'object' || typeof value === 'function')
    if (!isObject || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value
    Object.freeze(value)
    Object.values(value).forEach(freeze)
    return value
  }
  bridge.handlers['expose'] = ({ key, value }) => {
    if (Object.hasOwn(window, key as string)) {
      const error = 'Cannot bind an API on top of an existing property on the window object'
      bridge.post({ op: 'exposed', error })
      return
    }
    Object.defineProperty(window, key as string, { value: freeze(bridge.unwrap(value)), enumerable: true })
    bridge.post({ op: 'exposed' })
  }
  bridge.handlers['host'] = ({ value }) => {
    host = bridge.unwrap(value) as PageHost
  }

  const ask = (permission: string, details: Record<string, unknown> = {}): Promise<string | false> =>
    host ? host.askPermission(permission, details) : Promise.resolve(false)
  const denied = (): DOMException => new DOMException('Permission denied', 'NotAllowedError')

  /** Replaces an asynchronous method of a prototype by one that asks the app first. */
  function guard<Proto extends object, Key extends keyof Proto & string>(
    proto: Proto | undefined,
    key: Key,
    permission: (args: unknown[]) => { name: string; details?: Record<string, unknown> } | null,
  ): void {
    if (!proto || !(key in proto)) return
    const original = proto[key] as (...args: unknown[]) => Promise<unknown>
    const guarded = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
      const needed = permission(args)
      if (needed && !(await ask(needed.name, needed.details))) throw denied()
      return original.apply(this, args)
    }
    Object.defineProperty(proto, key, { value: guarded, writable: true, configurable: true })
  }

  // Not every context has every interface: MediaDevices and Clipboard exist in secure ones only.
  const protoOf = <Interface>(name: string): Interface | undefined =>
    (globalThis as unknown as Record<string, { prototype: Interface } | undefined>)[name]?.prototype

  const media = protoOf<MediaDevices>('MediaDevices')
  guard(media, 'getUserMedia', ([constraints]) => {
    const wanted = (constraints ?? {}) as MediaStreamConstraints
    const mediaTypes = (['audio', 'video'] as const).filter((kind) => wanted[kind])
    return mediaTypes.length > 0 ? { name: 'media', details: { mediaTypes } } : null
  })
  if (media && 'getDisplayMedia' in media) {
    const original = media.getDisplayMedia
    media.getDisplayMedia = async function (options: DisplayMediaStreamOptions = { video: true }) {
      if (!navigator.userActivation.isActive) {
        throw new DOMException(
          'getDisplayMedia() requires transient activation (user gesture).',
          'InvalidStateError',
        )
      }
      const details = { videoRequested: options.video !== false, audioRequested: Boolean(options.audio) }
      const picked = await ask('display-media', details)
      if (!picked) throw denied()
      return original.call(this, { ...options, audio: picked === 'audio' ? (options.audio ?? false) : false })
    }
  }
  // Who asks these two sees what the app's check handler says now. Of camera and microphone Chromium itself may think
  // otherwise (api/permissions.ts), so their state and the devices' names are shown and hidden here.
  const permissions = protoOf<Permissions>('Permissions')
  if (permissions) {
    const original = permissions.query
    permissions.query = async function (descriptor) {
      const allowed = await host?.refreshChecks()
      const status = await original.call(this, descriptor)
      const kind = ({ camera: 'video', microphone: 'audio' } as const)[
        descriptor.name as 'camera' | 'microphone'
      ]
      if (kind) Object.defineProperty(status, 'state', { value: allowed?.[kind] ? 'granted' : 'denied' })
      return status
    }
  }
  if (media) {
    const original = media.enumerateDevices
    media.enumerateDevices = async function () {
      const allowed = await host?.refreshChecks()
      const devices = await original.call(this)
      return devices.flatMap((device, index) => {
        if (allowed?.[device.kind === 'videoinput' ? 'video' : 'audio']) return [device]
        const isFirst = devices.findIndex(({ kind }) => kind === device.kind) === index
        return isFirst ? [nameless(device)] : []
      })
    }
  }
  function nameless({ kind }: MediaDeviceInfo): MediaDeviceInfo {
    const shown = { kind, deviceId: '', groupId: '', label: '' }
    const values = Object.entries({ ...shown, toJSON: () => shown }).map(([key, value]) => [key, { value }])
    return Object.create(
      MediaDeviceInfo.prototype,
      Object.fromEntries(values) as PropertyDescriptorMap,
    ) as MediaDeviceInfo
  }

  const clipboard = protoOf<Clipboard>('Clipboard')
  for (const key of ['read', 'readText'] as const) guard(clipboard, key, () => ({ name: 'clipboard-read' }))
  for (const key of ['write', 'writeText'] as const) {
    guard(clipboard, key, () => ({ name: 'clipboard-sanitized-write' }))
  }
  guard(protoOf<Navigator>('Navigator'), 'requestMIDIAccess', ([options]) => ({
    name: (options as MIDIOptions | undefined)?.sysex ? 'midiSysex' : 'midi',
  }))
  guard(protoOf<WakeLock>('WakeLock'), 'request', () => ({ name: 'screen-wake-lock' }))
  guard(protoOf<Element>('Element'), 'requestFullscreen', () => ({ name: 'fullscreen' }))

  // These two answer "denied" in their own ways instead of rejecting.
  if (typeof Notification === 'function') {
    Notification.requestPermission = async (done) => {
      const permission = (await ask('notifications')) ? 'granted' : 'denied'
      done?.(permission)
      return permission
    }
  }
  const geolocation = protoOf<Geolocation>('Geolocation')
  if (geolocation) {
    const original = geolocation.getCurrentPosition
    geolocation.getCurrentPosition = function (success, failure, options) {
      void ask('geolocation').then((granted) => {
        if (granted) original.call(this, success, failure, options)
        else failure?.({ code: 1, message: 'User denied Geolocation' } as GeolocationPositionError)
      })
    }
  }

  window.open = (url = '', target = '', features = '') => {
    host?.openWindow(
      url === '' ? 'about:blank' : new URL(url, document.baseURI).href,
      String(target),
      String(features),
    )
    return null
  }
  window.addEventListener('click', (event) => {
    const link = event
      .composedPath()
      .find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement && node.href !== '')
    if (!link || event.defaultPrevented) return
    if (link.target !== '_blank' && !event.ctrlKey && !event.metaKey && !event.shiftKey) return
    event.preventDefault()
    host?.openWindow(link.href, link.target, '')
  })
}
