// Sound files that a person chose to ring with: taken in by the system's dialog, looked at, copied into the data folder, and
// handed to the page as bytes. The list of them is in the settings; the files are this one's.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PhoneError } from '../contract/errors.ts'
import {
  ownIdOf,
  ownTone,
  ringLimits,
  standInRingtone,
  type RingView,
  type Ringtone,
} from '../contract/ringing.ts'
import type { Settings } from '../contract/settings.ts'
import { createListeners } from './listeners.ts'
import { ringtonesFolder, writePrivately } from './private-file.ts'

export interface Ringtones {
  /**
   * Null when no file was chosen. What was chosen is held in memory until the page has seen that it plays. Codes:
   * `question-open`, `ringtone-too-many`, `ringtone-too-large`, `ringtone-kind`, `ringtone-unreadable`.
   */
  choose(): Promise<{ readonly id: string; readonly name: string } | null>
  /** Of one that is kept, or of the one that was just chosen. Code: `ringtone-unreadable`. */
  read(id: string): Promise<Uint8Array<ArrayBuffer>>
  /** The chosen one is a ringtone from now on. Codes: `not-ready`, `ringtone-write-failed`. */
  keep(id: string): Promise<void>
  remove(id: string): Promise<void>
  /** The page could not play it. */
  failed(id: string): void
  plays(tone: Ringtone): boolean
  view(): RingView['own']
  onChange(listener: () => void): () => void
}

export function createRingtones(parts: {
  readonly folder: string
  readonly settings: { get(): Settings; change(part: Partial<Settings>): void }
  /** The system's dialog; null when it was closed without an answer. */
  readonly soundToRead: () => Promise<string | null>
}): Ringtones {
  const { settings } = parts
  const folder = join(parts.folder, ringtonesFolder)
  const listeners = createListeners()
  const unreadable = new Set<string>()
  let chosen: { readonly id: string; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | null =
    null
  let asking = false

  const pathOf = (id: string) => join(folder, id)
  const isKept = (id: string) => settings.get().ownRingtones.some((one) => one.id === id)
  const hasRoom = () => settings.get().ownRingtones.length < ringLimits.ownRingtones

  function failed(id: string): void {
    if (!isKept(id) || unreadable.has(id)) return
    unreadable.add(id)
    listeners.tell()
  }

  /** What a crash or a full disk has left behind: files that no setting names. */
  async function sweep(): Promise<void> {
    const files = await readdir(folder).catch(() => [])
    for (const file of files)
      if (!isKept(file)) await rm(pathOf(file), { force: true }).catch(() => undefined)
  }
  void sweep()

  return {
    async choose() {
      // SECURITY: a page may ask as often as it likes; a person sees one dialog at a time.
      if (asking) throw new PhoneError('question-open')
      if (!hasRoom()) throw new PhoneError('ringtone-too-many')
      asking = true
      try {
        const path = await parts.soundToRead()
        if (path === null) return null
        const bytes = await soundIn(path)
        chosen = { id: randomBytes(16).toString('hex'), name: shownNameOf(path), bytes }
        return { id: chosen.id, name: chosen.name }
      } finally {
        asking = false
      }
    },
    async read(id) {
      if (chosen?.id === id) return chosen.bytes
      if (!isKept(id)) throw new PhoneError('ringtone-unreadable')
      try {
        return await soundIn(pathOf(id))
      } catch (cause) {
        failed(id)
        throw new PhoneError('ringtone-unreadable', { cause })
      }
    },
    async keep(id) {
      const taken = chosen
      if (taken?.id !== id || !hasRoom()) throw new PhoneError('not-ready')
      chosen = null
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await writePrivately(pathOf(id), taken.bytes)
      } catch (cause) {
        throw new PhoneError('ringtone-write-failed', { cause })
      }
      settings.change({ ownRingtones: [...settings.get().ownRingtones, { id, name: taken.name }] })
    },
    async remove(id) {
      if (!isKept(id)) return
      // First the list: a file that cannot be removed is swept at the next start, a name without a file would not ring.
      const { ownRingtones, ringTone } = settings.get()
      settings.change({
        ownRingtones: ownRingtones.filter((one) => one.id !== id),
        ...(ringTone === ownTone(id) && { ringTone: standInRingtone }),
      })
      unreadable.delete(id)
      await rm(pathOf(id), { force: true }).catch(() => undefined)
    },
    failed,
    plays(tone) {
      const id = ownIdOf(tone)
      return id === null || (isKept(id) && !unreadable.has(id))
    },
    view: () => settings.get().ownRingtones.map((one) => ({ ...one, plays: !unreadable.has(one.id) })),
    onChange: listeners.onChange,
  }
}

/** Codes: `ringtone-unreadable`, also for a folder or a pipe, `ringtone-too-large`, `ringtone-kind`. */
async function soundIn(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const content = await readSmall(path).catch((cause: unknown) => {
    throw cause instanceof PhoneError ? cause : new PhoneError('ringtone-unreadable', { cause })
  })
  if (!isSound(content)) throw new PhoneError('ringtone-kind')
  return content
}

async function readSmall(path: string): Promise<Uint8Array<ArrayBuffer>> {
  // Looked at before it is opened: whoever opens a pipe waits for ever.
  const found = await stat(path)
  if (!found.isFile()) throw new PhoneError('ringtone-unreadable')
  if (found.size > ringLimits.fileBytes) throw new PhoneError('ringtone-too-large')
  const content = Uint8Array.from(await readFile(path))
  // It may have grown since.
  if (content.length > ringLimits.fileBytes) throw new PhoneError('ringtone-too-large')
  return content
}

/**
 * WAV, OGG, FLAC or MP3 by how the file begins, whatever it is called. Only Chromium, in its sandbox, reads on: whether
 * it plays is the page's to say.
 */
export function isSound(content: Uint8Array): boolean {
  const word = (at: number, text: string) => [...text].every((c, i) => content[at + i] === c.charCodeAt(0))
  const isWav = word(0, 'RIFF') && word(8, 'WAVE')
  // 11 bits of sync; then a version and a layer that exist.
  const [first = 0, second = 0] = content
  const isFrame =
    first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x18) !== 0x08 && (second & 0x06) === 2
  return isWav || word(0, 'OggS') || word(0, 'fLaC') || word(0, 'ID3') || isFrame
}

/** The name of the file as it may be shown: one line, no control or direction characters, not the folder it lay in. */
function shownNameOf(path: string): string {
  const name = basename(path)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .trim()
  return [...name].slice(0, 60).join('') || 'Ringtone'
}
