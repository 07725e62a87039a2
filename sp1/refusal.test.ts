import { expect, it } from 'vitest'
import { Refusal, orRefuse } from './refusal.ts'

it('a refusal says its code, and nothing of what was refused', () => {
  const refusal = new Refusal('aead')
  expect(refusal).toBeInstanceOf(Error)
  expect([refusal.name, refusal.message, refusal.code]).toEqual(['Refusal', 'refused: aead', 'aead'])
})

it('what a library throws becomes a refusal, and what it returns is handed on', () => {
  expect(orRefuse('bad-key', () => 5)).toBe(5)
  const attempt = () =>
    orRefuse('bad-key', () => {
      throw new TypeError('of a library')
    })
  expect(attempt).toThrow(Refusal)
  expect(attempt).toThrow('refused: bad-key')
})
