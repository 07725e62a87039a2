import { describe, expect, it } from 'vitest'
import { readPicture } from './code-picture.ts'

const file = (type: string, bytes = 10) => new Blob([new Uint8Array(bytes)], { type })
const never = () => Promise.reject(new Error('must not be decoded'))

describe('a picture of a code', () => {
  it.each(['image/svg+xml', 'image/gif', 'image/avif', 'text/html', ''])(
    'of type "%s" is refused before it is decoded',
    async (type) => {
      expect(await readPicture(file(type), never)).toEqual({ ok: false, problem: 'picture-type' })
    },
  )
  it('of more than 10 MiB is refused before it is decoded', async () => {
    const large = { type: 'image/png', size: 40 * 1024 * 1024 } as Blob
    expect(await readPicture(large, never)).toEqual({ ok: false, problem: 'picture-size' })
  })
  it('that is damaged is said to be', async () => {
    const broken = () => Promise.reject(new DOMException('', 'InvalidStateError'))
    expect(await readPicture(file('image/png'), broken)).toEqual({ ok: false, problem: 'picture-unreadable' })
  })
})
