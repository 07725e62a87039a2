import { describe, it } from 'vitest'
import { expectRefusal } from './expect-refusal.ts'
import { checkSctpInit } from './sctp-init.ts'

const DATA = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel'
/** Of Chromium 156: it can skip chunks, and says which further ones it knows. */
const OFFERED = 'AQAAHpiOLNYAUAAA/////y2tiXvAAAAEgAgABoLA'
const bytes = () => Array.from(Buffer.from(OFFERED, 'base64'))
const line = (chunk: readonly number[] | string) =>
  `a=sctp-init:${typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('base64')}`
const check = (...lines: readonly string[]) => checkSctpInit([DATA, 'a=mid:2', ...lines])
/** The fixed part, and these parameters behind it. */
const withParameters = (...parameters: readonly number[]) => {
  const chunk = [...bytes().slice(0, 20), ...parameters]
  return line([chunk[0]!, chunk[1]!, chunk.length >> 8, chunk.length & 255, ...chunk.slice(4)])
}

describe('what opens the data channel', () => {
  it('may be said as Chromium says it, without parameters, padded or not, and need not be said', () => {
    check()
    check(line(OFFERED))
    check(line([...bytes(), 0, 0]))
    check(withParameters())
    check(withParameters(0x80, 8, 0, 6, 0x82, 0xc0, 0, 0, 0xc0, 0, 0, 4))
  })

  it.each([
    ['an IPv4 address', [0, 5, 0, 8, 192, 0, 2, 1]],
    ['an IPv6 address', [0, 6, 0, 20, ...Array<number>(16).fill(1)]],
    ['a host name', [0, 11, 0, 8, 97, 98, 99, 0]],
    ['an address behind another parameter', [0xc0, 0, 0, 4, 0, 5, 0, 8, 192, 0, 2, 1]],
    ['an address behind padding', [0x80, 8, 0, 6, 0x82, 0xc0, 0, 0, 0, 5, 0, 8, 192, 0, 2, 1]],
    ['a parameter that says it is nothing', [0xc0, 0, 0, 0]],
    ['a parameter that ends behind the chunk', [0xc0, 0, 0, 8]],
    ['half a parameter', [0xc0, 0]],
  ])('has no %s', (_, parameters) => {
    expectRefusal('sdp-m', () => check(withParameters(...parameters)))
  })

  it.each([
    ['nothing', ''],
    ['no base64', 'AQAAHpiOLNYAUAAA/////y2tiXvAAAAEgAgABoL!'],
    ['base64 with bits left over', OFFERED.slice(0, -1) + 'B'.repeat(2)],
    ['more behind it', `${OFFERED} x`],
    ['too little', bytes().slice(0, 19)],
    ['another chunk', [2, ...bytes().slice(1)]],
    ['a length behind its end', [1, 0, 0, 40, ...bytes().slice(4)]],
    ['a length inside the fixed part', [1, 0, 0, 16, ...bytes().slice(4)]],
    ['too much', [...bytes(), ...Array<number>(300).fill(0)]],
  ])('is not %s', (_, chunk) => {
    expectRefusal('sdp-m', () => check(line(chunk)))
  })

  it('stands once, in the section of the data channel, and is spelled as it is', () => {
    expectRefusal('sdp-m', () => check(line(OFFERED), line(OFFERED)))
    expectRefusal('sdp-m', () => checkSctpInit(['m=audio 9 UDP/TLS/RTP/SAVPF 111', line(OFFERED)]))
    expectRefusal('sdp-m', () => checkSctpInit(['v=0', line(OFFERED)]))
    expectRefusal('sdp-m', () => check(line(OFFERED).toUpperCase()))
    expectRefusal('sdp-m', () => check('a=sctp-init'))
  })
})
