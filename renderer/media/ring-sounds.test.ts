import { beforeEach, expect, it, vi } from 'vitest'
import { failed } from '../../contract/errors.ts'
import { createRingSounds } from './ring-sounds.ts'

const made: Blob[] = []
const revoked: string[] = []
beforeEach(() => {
  made.length = revoked.length = 0
  vi.stubGlobal('URL', {
    createObjectURL: (blob: Blob) => `blob:${made.push(blob)}`,
    revokeObjectURL: (url: string) => revoked.push(url),
  })
})
function sounds(readable = true) {
  const asked: string[] = []
  const broken: string[] = []
  const shell = {
    'ringtones.read': async ({ id }: { id: string }) => {
      asked.push(id)
      return readable
        ? ({ ok: true, value: { bytes: new Uint8Array(3) } } as const)
        : failed('ringtone-unreadable')
    },
    'ringtones.failed': async ({ id }: { id: string }) => {
      broken.push(id)
      return { ok: true, value: null } as const
    },
  }
  return { asked, broken, ...createRingSounds(shell) }
}

it('draws a tone once', async () => {
  const { urlOf, asked } = sounds()
  expect([await urlOf('bell'), await urlOf('harp'), await urlOf('bell')]).toEqual([
    'blob:1',
    'blob:2',
    'blob:1',
  ])
  expect(asked).toEqual([])
})

it('asks main for a sound file once, and lets go of the one before', async () => {
  const { urlOf, asked } = sounds()
  expect([await urlOf('own:a'), await urlOf('own:a'), await urlOf('own:b')]).toEqual([
    'blob:1',
    'blob:1',
    'blob:2',
  ])
  expect([asked, revoked]).toEqual([['a', 'b'], ['blob:1']])
})

it('plays the first tone in place of a file that main cannot read', async () => {
  const { urlOf } = sounds(false)
  expect(await urlOf('own:a')).toBe(await urlOf('chime'))
})

it('tells main of a file that cannot be played, and says nothing of a tone that is drawn', async () => {
  const { insteadOf, urlOf, broken } = sounds()
  expect(await insteadOf('own:a')).toBe(await urlOf('chime'))
  await insteadOf('bell')
  expect(broken).toEqual(['a'])
})
