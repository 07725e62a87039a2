import { describe, expect, it } from 'vitest'
import { fromHex } from './encode.ts'
import { identityDigits, safetyNumber } from './safety-number.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }

describe('a safety number', () => {
  it.each(vectors.cases)('I6 is that of the vectors, the same from both sides', (vector) => {
    const [a, b] = [fromHex(vector.pkA), fromHex(vector.pkB)]
    expect(safetyNumber(a, b)).toBe(vector.safetyNumber)
    expect(safetyNumber(b, a)).toBe(vector.safetyNumber)
    expect(identityDigits(a)).toBe(vector.idDigitsA)
  })
})
