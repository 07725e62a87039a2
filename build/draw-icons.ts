// Draws every PNG of the project from the SVG sources in build/icons: the app icon and the tray images.
// It knows sizes and colours; which tray image is shown when is the tray's business (main/desktop/tray.ts).
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'

const iconsFolder = join(import.meta.dirname, 'icons')
const trayFolder = join(import.meta.dirname, 'tray')

/** Linux icon themes look an app up by these sizes; 512 is also what the .ico and .icns are made from. */
const appSizesPx = [16, 24, 32, 48, 64, 128, 256, 512]

/** Windows shows 16, most Linux panels 22 or 24, some 32; each has a twin of double density. */
const traySizesPx = [16, 22, 24, 32]

/** A macOS menu bar image: black and alpha only, the system colours it. */
const templateSizePx = 18

const trayStates = ['offline', 'ready', 'ringing', 'in-call', 'muted', 'missed', 'do-not-disturb'] as const
type TrayState = (typeof trayStates)[number]

/** `light` is the light glyph for dark panels, `dark` the dark one for light panels: 4.5:1 or more on its panel. */
const glyphColours: Record<'light' | 'dark', Record<TrayState, string>> = {
  light: {
    offline: '#b9c2c8',
    ready: '#ffffff',
    ringing: '#5fe0b4',
    'in-call': '#5fe0b4',
    muted: '#ffb3a6',
    missed: '#ffd166',
    'do-not-disturb': '#cdb4ff',
  },
  dark: {
    offline: '#5c666e',
    ready: '#1d2b36',
    ringing: '#00664a',
    'in-call': '#00664a',
    muted: '#b3261e',
    missed: '#8a5200',
    'do-not-disturb': '#5b3a9e',
  },
}

/** Renders a square SVG; `currentColor` inside takes `colour`. */
function draw(svgFile: string, sizePx: number, colour: string): Buffer {
  const svg = readFileSync(join(iconsFolder, svgFile), 'utf8').replace('color="#000"', `color="${colour}"`)
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'width', value: sizePx },
    font: { loadSystemFonts: false },
  })
  return drawing.render().asPng()
}

function drawApp(): number {
  for (const sizePx of appSizesPx) {
    // At menu sizes the margins and the thin inner lines of the big drawing turn to fog: a bolder drawing is used.
    const source = sizePx <= 24 ? 'app-small.svg' : 'app.svg'
    writeFileSync(join(iconsFolder, `${sizePx}x${sizePx}.png`), draw(source, sizePx, '#000'))
  }
  writeFileSync(join(import.meta.dirname, 'icon.png'), draw('app.svg', 512, '#000'))
  return appSizesPx.length + 1
}

function drawTray(): number {
  rmSync(trayFolder, { recursive: true, force: true })
  mkdirSync(trayFolder)
  let drawn = 0
  const write = (name: string, sizePx: number, state: TrayState, colour: string) => {
    // Electron finds the double density twin by its `@2x` suffix.
    writeFileSync(join(trayFolder, `${name}.png`), draw(`tray-${state}.svg`, sizePx, colour))
    writeFileSync(join(trayFolder, `${name}@2x.png`), draw(`tray-${state}.svg`, sizePx * 2, colour))
    drawn += 2
  }
  for (const state of trayStates) {
    for (const sizePx of traySizesPx) {
      write(`${state}-light-${sizePx}`, sizePx, state, glyphColours.light[state])
      write(`${state}-dark-${sizePx}`, sizePx, state, glyphColours.dark[state])
    }
    // The name must end in `Template` for macOS to treat the image as one.
    write(`${state}-Template`, templateSizePx, state, '#000000')
  }
  return drawn
}

console.log(`icons: ${drawApp()} app images, ${drawTray()} tray images`)
