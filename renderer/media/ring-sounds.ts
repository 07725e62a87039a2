// Where the sound of a ringtone is: drawn in code, or asked of main, which has the person's own files.
import { ownIdOf, standInRingtone, type BuiltInRingtone, type Ringtone } from '../../contract/ringing.ts'
import type { ShellApi } from '../../contract/ipc.ts'
import { waveOf } from './tone-wave.ts'

export interface RingSounds {
  /** A URL to play; that of another tone where this one is not to be had, and main is told. */
  urlOf(tone: Ringtone): Promise<string>
  /** The tone was there and could not be played: main is told, and another stands in. */
  insteadOf(tone: Ringtone): Promise<string>
}

export function createRingSounds(shell: Pick<ShellApi, 'ringtones.read' | 'ringtones.failed'>): RingSounds {
  const drawn = new Map<BuiltInRingtone, string>()
  /** The one that rang last: a file may be as large as a few megabytes. */
  let own: { readonly id: string; readonly url: string } | null = null

  function builtIn(tone: BuiltInRingtone): string {
    const known = drawn.get(tone)
    if (known !== undefined) return known
    const url = URL.createObjectURL(new Blob([waveOf(tone)], { type: 'audio/wav' }))
    drawn.set(tone, url)
    return url
  }

  return {
    async urlOf(tone) {
      const id = ownIdOf(tone)
      if (id === null) return builtIn(tone as BuiltInRingtone)
      if (own?.id === id) return own.url
      // Main knows by itself when it cannot be read.
      const answer = await shell['ringtones.read']({ id })
      if (!answer.ok) return builtIn(standInRingtone)
      if (own) URL.revokeObjectURL(own.url)
      own = { id, url: URL.createObjectURL(new Blob([answer.value.bytes])) }
      return own.url
    },
    async insteadOf(tone) {
      const id = ownIdOf(tone)
      if (id !== null) void shell['ringtones.failed']({ id })
      return builtIn(standInRingtone)
    },
  }
}
