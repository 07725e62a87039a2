// Owns nativeImage: encoded PNGs by scale factor. It never touches a pixel; what would (resize, crop, bitmaps) is refused.
import { readFileSync } from 'node:fs'
import type { AddRepresentationOptions, NativeImage, Size } from 'electron'
import { offeredClass, type Part } from '../refusal.ts'

// The file name endings that Electron looks for beside the file it was given.
const SCALES = [1, 1.25, 1.33, 1.4, 1.5, 1.8, 2, 2.5, 3, 4, 5]

class HostImage implements Part<NativeImage> {
  #representations = new Map<number, Buffer>()
  isMacTemplateImage = false

  static createEmpty(): NativeImage {
    return new HostedImage()
  }
  static createFromPath(file: string): NativeImage {
    const image = new HostedImage()
    for (const scaleFactor of SCALES) {
      const suffix = scaleFactor === 1 ? '' : `@${scaleFactor}x`
      try {
        image.addRepresentation({
          scaleFactor,
          buffer: readFileSync(file.replace(/(\.\w+)?$/, `${suffix}$1`)),
        })
      } catch {
        // A file that is not there makes no representation; with none at all the image is empty, as in Electron.
      }
    }
    return image
  }
  static createFromBuffer(buffer: Buffer, options: { scaleFactor?: number } = {}): NativeImage {
    const image = new HostedImage()
    image.addRepresentation({ buffer, scaleFactor: options.scaleFactor ?? 1 })
    return image
  }
  static createFromDataURL(dataURL: string): NativeImage {
    return HostImage.createFromBuffer(Buffer.from(dataURL.slice(dataURL.indexOf(',') + 1), 'base64'))
  }

  addRepresentation({ buffer, dataURL, scaleFactor = 1 }: AddRepresentationOptions): void {
    const bytes = buffer ?? Buffer.from(dataURL?.slice(dataURL.indexOf(',') + 1) ?? '', 'base64')
    if (pngSize(bytes)) this.#representations.set(scaleFactor, Buffer.from(bytes))
  }
  isEmpty(): boolean {
    return this.#representations.size === 0
  }
  getScaleFactors(): number[] {
    return [...this.#representations.keys()]
  }
  getSize(scaleFactor = 1): Size {
    const [exact, scale] = this.#nearest(scaleFactor)
    const pixels = exact && pngSize(exact)
    return pixels
      ? { width: Math.round(pixels.width / scale), height: Math.round(pixels.height / scale) }
      : { width: 0, height: 0 }
  }
  getAspectRatio(): number {
    const { width, height } = this.getSize()
    return height === 0 ? 1 : width / height
  }
  toPNG({ scaleFactor = 1 } = {}): Buffer {
    return Buffer.from(this.#nearest(scaleFactor)[0] ?? [])
  }
  toDataURL({ scaleFactor = 1 } = {}): string {
    return `data:image/png;base64,${this.toPNG({ scaleFactor }).toString('base64')}`
  }
  setTemplateImage(option: boolean): void {
    this.isMacTemplateImage = option
  }
  isTemplateImage(): boolean {
    return this.isMacTemplateImage
  }

  #nearest(scaleFactor: number): [png: Buffer | undefined, scaleFactor: number] {
    const scale = this.#representations.has(scaleFactor) ? scaleFactor : (this.getScaleFactors()[0] ?? 1)
    return [this.#representations.get(scale), scale]
  }
}

function pngSize(bytes: Buffer): Size | null {
  if (bytes.length < 24 || bytes.readUInt32BE(0) !== 0x89504e47) return null
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

const HostedImage = offeredClass<typeof Electron.NativeImage>('NativeImage')(HostImage)
export const nativeImage = HostedImage
