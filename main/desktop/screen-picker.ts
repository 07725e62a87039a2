// Which screen or window is shared: shows what there is in a window of its own, takes a person's choice there, and gives it
// out once. Where the system has a picker of its own it is that one alone that asks (Wayland: one dialog, one source).
//
// SECURITY: the page of the call never sees what could be shared, names no source, and gets a screen only right after a
// person has chosen it outside of that page.
import type { DesktopCapturer, DesktopCapturerSource, Video } from 'electron'
import type { CallView, ScreenProblem } from '../../contract/call-view.ts'
import type { CallId } from '../../contract/ids.ts'
import type { ScreenSource } from '../../contract/ipc.ts'

const pictureSize = { width: 320, height: 180 }
const maxSources = 60
const maxNameLength = 200

export interface ScreenPicker {
  /** Follows the call: open while somebody chooses in it. */
  update(call: CallView): void
  /** For the picker's page. Empty while nobody chooses. */
  sources(): Promise<readonly ScreenSource[]>
  /** The choice of a person in the picker. What is no source on offer counts as none. */
  choose(id: string | null): Promise<void>
  /** The person closed the picker. */
  windowClosed(): void
  /** What Chromium may give the page of the call now; null for nothing. Once for each choice. */
  take(): Promise<Video | null>
  /** The display that was given out last, by its id; null for a window, and where the system does not tell. */
  displayId(): string | null
}

export function createScreenPicker(options: {
  readonly capturer: Pick<DesktopCapturer, 'getSources'>
  /** The system shows its own picker as soon as it is asked what there is. */
  readonly systemPicks: boolean
  /** The system forbids it. */
  readonly isForbidden: () => boolean
  readonly open: () => void
  readonly close: () => void
  /** Chromium wants a gesture in the page that captures; a person's press in the picker is one. */
  readonly lendGesture: () => Promise<void>
  readonly onChosen: (callId: CallId, what: string | null) => void
  readonly onNotChosen: (callId: CallId, problem: ScreenProblem | null) => void
}): ScreenPicker {
  let choosing: CallId | null = null
  /** The page opens what was chosen for this call. */
  let starting: CallId | null = null
  let offered: readonly DesktopCapturerSource[] = []
  let displayId: string | null = null
  let chosen: { readonly callId: CallId; readonly source: DesktopCapturerSource | 'of-the-system' } | null =
    null

  function begin(callId: CallId): void {
    if (options.isForbidden()) return void later(() => options.onNotChosen(callId, 'screen-denied'))
    if (!options.systemPicks) return options.open()
    later(() => {
      if (choosing !== callId) return
      chosen = { callId, source: 'of-the-system' }
      options.onChosen(callId, null)
    })
  }

  function end(problem: ScreenProblem | null): void {
    const callId = choosing
    if (callId === null) return
    choosing = null
    offered = []
    options.close()
    options.onNotChosen(callId, problem)
  }

  return {
    update(call) {
      const live = call.phase === 'talking' || call.phase === 'reconnecting' ? call : null
      const own = live?.media.sharing.own
      starting = live && own === 'starting' ? live.callId : null
      if (!starting && own !== 'choosing') chosen = null
      const now = live && own === 'choosing' ? live.callId : null
      if (now === choosing) return
      const wasOpen = choosing !== null
      choosing = now
      offered = []
      if (wasOpen) options.close()
      if (now !== null) begin(now)
    },
    async sources() {
      const callId = choosing
      if (callId === null || options.systemPicks) return []
      try {
        const found = await options.capturer.getSources({
          types: ['screen', 'window'],
          thumbnailSize: pictureSize,
        })
        if (choosing !== callId) return []
        offered = found.slice(0, maxSources)
        return offered.map(shown)
      } catch {
        end('screen-failed')
        return []
      }
    },
    async choose(id) {
      const callId = choosing
      const source = offered.find((each) => each.id === id)
      if (callId === null || !source) return end(null)
      chosen = { callId, source }
      choosing = null
      offered = []
      options.close()
      await options.lendGesture()
      options.onChosen(callId, nameOf(source))
    },
    windowClosed: () => end(null),
    async take() {
      const given = chosen
      chosen = null
      if (!given || given.callId !== starting) return null
      displayId = null
      if (given.source !== 'of-the-system') {
        displayId = given.source.id.startsWith('screen:') ? given.source.display_id || null : null
        return videoOf(given.source)
      }
      // SECURITY: once, for Wayland's portal asks the person anew each time.
      const [source] = await options.capturer
        .getSources({ types: ['screen', 'window'], thumbnailSize: { width: 0, height: 0 } })
        .catch(() => [])
      return source && given.callId === starting ? videoOf(source) : null
    },
    displayId: () => displayId,
  }
}

/** Wayland lets no program look at the screen: its portal shows the picker, and gives out what was picked. */
export const isWayland = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  (environment['XDG_SESSION_TYPE'] ?? '').startsWith('wayland') && Boolean(environment['WAYLAND_DISPLAY'])

/** Whoever told of the change has not finished telling. */
const later = (order: () => void) => void Promise.resolve().then(order)

const videoOf = ({ id, name }: DesktopCapturerSource): Video => ({ id, name })
const nameOf = ({ name }: DesktopCapturerSource): string | null => name.slice(0, maxNameLength) || null

const shown = (source: DesktopCapturerSource): ScreenSource => ({
  id: source.id,
  kind: source.id.startsWith('screen:') ? 'screen' : 'window',
  name: nameOf(source) ?? '',
  picture: source.thumbnail.isEmpty() ? null : source.thumbnail.toDataURL(),
})
