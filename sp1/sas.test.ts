import { describe, expect, it } from 'vitest'
import { fromHex } from './encode.ts'
import { SAS_SYMBOLS } from './sas-symbols.ts'
import { sasView } from './sas.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }

describe('the code two people compare', () => {
  it('A10 shows the symbols and digits of the vectors', () => {
    for (const { sas, sasEmoji, sasDigits } of vectors.cases) {
      const view = sasView(fromHex(sas))
      expect(view.symbols).toEqual(sasEmoji.map((index) => SAS_SYMBOLS[index]))
      expect(view.digits.join(' ')).toBe(sasDigits)
    }
  })

  it('covers the whole range with five digits each', () => {
    const [first, last] = [SAS_SYMBOLS[0], SAS_SYMBOLS[63]]
    expect(sasView(fromHex('00000000'))).toEqual({
      symbols: Array(5).fill(first),
      digits: ['00000', '00000'],
    })
    expect(sasView(fromHex('ffffffff'))).toEqual({ symbols: Array(5).fill(last), digits: ['32767', '32767'] })
  })

  it('reads its four bytes wherever they lie in their buffer', () => {
    const { sas } = vectors.cases[0] ?? { sas: '' }
    expect(sasView(fromHex(`ffff${sas}ffff`).subarray(2, 6))).toEqual(sasView(fromHex(sas)))
  })

  it('does not change with the two bits that are not shown', () => {
    expect(sasView(fromHex('1bc9ef24'))).toEqual(sasView(fromHex('1bc9ef27')))
  })

  it('has 64 symbols that nobody can confuse by name or by picture', () => {
    expect(SAS_SYMBOLS).toHaveLength(64)
    expect(new Set(SAS_SYMBOLS.map(({ id }) => id)).size).toBe(64)
    expect(new Set(SAS_SYMBOLS.map(({ emoji }) => emoji)).size).toBe(64)
  })
})
