// Finds a QR code in a picture. The only importer of jsqr; knows nothing of what a code says.
import jsQR from 'jsqr'

/** Its text, or null where there is none. `thorough` also tries light on dark, in twice the time. */
export function readQr(picture: ImageData, thorough = false): string | null {
  const { data, width, height } = picture
  return (
    jsQR(data, width, height, { inversionAttempts: thorough ? 'attemptBoth' : 'dontInvert' })?.data || null
  )
}

/** What is drawn here is looked at and not shown. */
export function createSketch(maxSide: number) {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return {
    /** The picture, made smaller if one of its sides is longer than `maxSide`; null before there is one. */
    of(source: CanvasImageSource, width: number, height: number): ImageData | null {
      if (!context || width === 0 || height === 0) return null
      const scale = Math.min(1, maxSide / Math.max(width, height))
      canvas.width = Math.max(1, Math.round(width * scale))
      canvas.height = Math.max(1, Math.round(height * scale))
      context.drawImage(source, 0, 0, canvas.width, canvas.height)
      return context.getImageData(0, 0, canvas.width, canvas.height)
    },
  }
}
