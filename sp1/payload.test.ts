import { expect, it } from 'vitest'
import { expectRefusal } from './expect-refusal.ts'
import { PAYLOAD } from './payload.ts'

const key = 'AAECAwQFBgcICQoLDA0ODw'
const bytes = Uint8Array.from({ length: 16 }, (_, n) => n)

it('a delivery key is 16 bytes, in this order and with nothing beside it', () => {
  expect(PAYLOAD.write({ t: 'delivery', key: bytes })).toEqual({ t: 'delivery', key })
  expect(PAYLOAD.read({ t: 'delivery', key })).toEqual({ t: 'delivery', key: bytes })
  expect(PAYLOAD.read({ t: 'delivery-kept' })).toEqual({ t: 'delivery-kept' })
  expectRefusal('fields', () => PAYLOAD.read({ key, t: 'delivery' }))
  expectRefusal('fields', () => PAYLOAD.read({ t: 'delivery', key, more: 1 }))
  expectRefusal('fields', () => PAYLOAD.read({ t: 'delivery-kept', key }))
  expectRefusal('size', () => PAYLOAD.write({ t: 'delivery', key: bytes.slice(1) }))
})

it.each([key.slice(2), `${key}AA`, `${key.slice(0, -1)}x`, 16, null])(
  'A6 %s is no delivery key',
  (foreign) => {
    expect(() => PAYLOAD.read({ t: 'delivery', key: foreign })).toThrow(/refused/)
  },
)
