// Screens of a call with pictures, of screens that are shared, and the window in which one is chosen.
import type { Page } from '@playwright/test'
import { noSharing, type MediaView, type SharingView } from '../../contract/call-view.ts'
import type { FakeShell } from './fake-shell.ts'
import { calls, peers, ready } from './sample-views.ts'
import { click, inCall, type Scene } from './scene.ts'

/** What a screen may look like, in one colour. */
const onePixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC'
const toShare: FakeShell['answers'] = {
  'screen.sources': {
    ok: true,
    value: [
      { id: 'screen:0:0', kind: 'screen', name: 'Screen 1', picture: onePixel },
      { id: 'screen:1:0', kind: 'screen', name: 'Screen 2', picture: onePixel },
      { id: 'window:1:0', kind: 'window', name: 'Quarterly figures '.repeat(12), picture: onePixel },
      { id: 'window:2:0', kind: 'window', name: '', picture: null },
    ],
  },
}
const sharing = (own: Partial<SharingView>, more: Partial<MediaView> = {}) =>
  inCall(
    calls.live(peers.ada, {
      media: { ...calls.live(peers.ada).media, ...more, sharing: { ...noSharing, ...own } },
    }),
  )
/** Puts moving pictures where the media half would: a camera and a screen of both. */
async function showPictures(page: Page): Promise<void> {
  await page.evaluate(() => {
    const paint = (words: string, colour: string, width: number, height: number): MediaStream => {
      const canvas = Object.assign(document.createElement('canvas'), { width, height })
      const brush = canvas.getContext('2d')!
      const draw = () => {
        brush.fillStyle = colour
        brush.fillRect(0, 0, width, height)
        brush.fillStyle = '#fff'
        brush.font = '40px sans-serif'
        brush.fillText(words, 40, 80)
      }
      draw()
      setInterval(draw, 100)
      return canvas.captureStream(10)
    }
    const app = document.querySelector('#app') as unknown as {
      __vue_app__: { config: { globalProperties: { $pinia: { _s: Map<string, Record<string, unknown>> } } } }
    }
    app.__vue_app__.config.globalProperties.$pinia._s.get('media')!['streams'] = {
      local: paint('my camera', '#375a7f', 640, 480),
      remote: paint('their camera', '#7f5a37', 640, 480),
      ownScreen: paint('my screen', '#3d6b45', 1280, 720),
      peerScreen: paint('their screen', '#46406e', 1280, 720),
      held: true,
    }
  })
  await page.getByTestId('remote-screen').waitFor()
}

export const videoScenes: readonly Scene[] = [
  { name: 'call-sharing', views: sharing({ own: 'on', what: 'Quarterly figures '.repeat(8) }) },
  { name: 'call-sharing-choosing', views: sharing({ own: 'choosing' }) },
  { name: 'call-sharing-problem', views: sharing({ problem: 'screen-denied' }) },
  {
    name: 'call-two-screens',
    views: sharing(
      { own: 'on', what: 'Screen 1', peer: true },
      { video: true, cameraOn: true, peerCameraOn: true },
    ),
    steps: showPictures,
  },
  {
    name: 'call-video-verified',
    views: inCall(
      calls.live(peers.ada, {
        media: {
          video: true,
          micOn: false,
          cameraOn: false,
          cameraProblem: 'camera-busy',
          microphoneProblem: null,
          speakerRefused: false,
          peerMicOn: false,
          peerCameraOn: false,
          sharing: noSharing,
        },
      }),
    ),
  },
  {
    name: 'call-video-unchecked',
    views: inCall(
      calls.live(peers.stranger, {
        media: { ...calls.live(peers.stranger).media, video: true, cameraOn: true, peerCameraOn: true },
      }),
    ),
  },
  { name: 'picker', views: ready, page: 'picker.html', answers: toShare, steps: click('picker-source') },
  {
    name: 'picker-windows',
    views: ready,
    page: 'picker.html',
    answers: toShare,
    steps: click('picker-windows'),
  },
  {
    name: 'picker-empty',
    views: ready,
    page: 'picker.html',
    answers: { 'screen.sources': { ok: true, value: [] } },
  },
]
