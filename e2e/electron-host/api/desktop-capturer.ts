// Owns desktopCapturer: one screen and the app's own visible windows, without pictures of them.
import type { DesktopCapturer, DesktopCapturerSource } from 'electron'
import { offered } from '../refusal.ts'
import { BrowserWindow } from './browser-window.ts'
import { nativeImage } from './native-image.ts'

const source = (id: string, name: string, display: string): DesktopCapturerSource => ({
  id,
  name,
  display_id: display,
  appIcon: nativeImage.createEmpty(),
  thumbnail: nativeImage.createEmpty(),
})

export const desktopCapturer = offered<DesktopCapturer>('DesktopCapturer', {
  async getSources({ types }) {
    const screens = types.includes('screen') ? [source('screen:0:0', 'Entire screen', '1')] : []
    const visible = types.includes('window') ? BrowserWindow.getAllWindows().filter((w) => w.isVisible()) : []
    return [...screens, ...visible.map((window) => source(window.getMediaSourceId(), window.getTitle(), ''))]
  },
})
