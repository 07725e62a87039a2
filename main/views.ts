// Main's truth as the pages see it, slice by slice. Keeps no truth of its own: every slice is read from its owner
// and pushed, with a growing version, when it differs from what was pushed last.
import { isDeepStrictEqual } from 'node:util'
import { alertSlices, pickerSlices, type Slice, type ViewPush, type Views } from '../contract/ipc.ts'
import type { WindowRole } from './ipc-registry.ts'

export interface ViewBoard {
  read<S extends Slice>(slice: S): Views[S]
  /** Owners of these slices say that something may have changed. */
  changed(...slices: readonly Slice[]): void
  /** Everything that windows of this role may see. */
  snapshot(role: WindowRole): Partial<Views>
  onChange(listener: (slice: Slice) => void): () => void
}

export type Readers = { readonly [S in Slice]: () => Views[S] }

const allSlices = Object.keys({
  app: true,
  identity: true,
  server: true,
  relay: true,
  contacts: true,
  blocked: true,
  history: true,
  call: true,
  chat: true,
  warnings: true,
  devices: true,
  settings: true,
  ringing: true,
  control: true,
} satisfies Record<Slice, true>) as readonly Slice[]

export function createViews(readers: Readers, send: (push: ViewPush, role: WindowRole) => void): ViewBoard {
  const last = new Map<Slice, unknown>()
  const listeners = new Set<(slice: Slice) => void>()
  let version = 0

  const read = <S extends Slice>(slice: S): Views[S] => (readers[slice] as () => Views[S])()

  return {
    read,
    changed(...slices) {
      for (const slice of slices) {
        const value = read(slice)
        if (isDeepStrictEqual(value, last.get(slice))) continue
        last.set(slice, value)
        version += 1
        // Slice and value come from the same reader.
        const push = { slice, version, value } as ViewPush
        for (const role of ['main', 'alert', 'picker'] as const)
          if (slicesOf(role).includes(slice)) send(push, role)
        for (const listener of listeners) listener(slice)
      }
    },
    snapshot: (role) => Object.fromEntries(slicesOf(role).map((slice) => [slice, read(slice)])),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const slicesByRole = { main: allSlices, alert: alertSlices, picker: pickerSlices } as const

/** What windows of this role may see. */
export function slicesOf(role: WindowRole): readonly Slice[] {
  return slicesByRole[role]
}
