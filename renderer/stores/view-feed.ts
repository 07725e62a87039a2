// Keeps the newest version of each slice of main's truth. Pure: knows neither Vue nor the shell.
import type { Slice, ViewPush, Views } from '../../contract/ipc.ts'

export interface ViewFeed {
  /** Everything at once, as main knew it when asked. Slices that were pushed meanwhile stay: they are not older. */
  fill(snapshot: Partial<Views>): void
  /** False when the push is not newer than what is there; it changes nothing then. */
  receive(push: ViewPush): boolean
}

export function createViewFeed(put: <S extends Slice>(slice: S, value: Views[S]) => void): ViewFeed {
  const versions = new Map<Slice, number>()
  return {
    fill(snapshot) {
      for (const slice of Object.keys(snapshot) as Slice[]) {
        const value = snapshot[slice]
        if (value !== undefined && !versions.has(slice)) put(slice, value)
      }
    },
    receive(push) {
      const known = versions.get(push.slice)
      if (known !== undefined && push.version <= known) return false
      versions.set(push.slice, push.version)
      put(push.slice, push.value)
      return true
    },
  }
}
