// How the short authentication string is shown: five symbols and the same 30 bits as two numbers (SP1 section
// 6). The names of the symbols are the host's, by id.
import { SAS_SYMBOLS } from './sas-symbols.ts'
import type { SasSymbol } from './sas-symbols.ts'

/** Five symbols of six bits; two numbers of 15 bits, five digits each. SECURITY: all of it is shown. */
export type SasView = {
  readonly symbols: readonly SasSymbol[]
  readonly digits: readonly [string, string]
}

/** From the four bytes of a session's `sas()`: the first 30 bits. */
export function sasView(sas: Uint8Array): SasView {
  const bits = new DataView(sas.buffer, sas.byteOffset, 4).getUint32(0) >>> 2
  const symbols = [24, 18, 12, 6, 0].map((shift) => symbolAt((bits >>> shift) & 0x3f))
  return { symbols, digits: [fiveDigits(bits >>> 15), fiveDigits(bits & 0x7fff)] }
}

function symbolAt(index: number): SasSymbol {
  const symbol = SAS_SYMBOLS[index]
  if (symbol === undefined) throw new RangeError('the table of symbols has 64 entries')
  return symbol
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, '0')
}
