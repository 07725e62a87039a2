import { describe, expect, it } from 'vitest'
import { rehearseAcceptedCall, rehearsePerson } from './rehearsal.ts'

describe('a call', () => {
  it('Z2 has the same size on the wire a hundred times over', () => {
    const sizes = new Set<string>()
    for (let round = 0; round < 100; round++) {
      const caller = rehearsePerson(`caller ${round}`)
      const callee = rehearsePerson(`callee ${round}`)
      const { m1, m2, m3 } = rehearseAcceptedCall(caller, callee)
      sizes.add([m1, m2, m3].map((envelope) => JSON.stringify(envelope).length).join(' '))
    }
    expect([...sizes]).toEqual(['4985 2222 385'])
  })
})
