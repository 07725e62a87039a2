import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isIP } from 'node:net'
import { isForbiddenPeer, parseIp } from './ip-address.ts'

describe('an IP address', () => {
  it('is read where Node reads one, and nowhere else', () => {
    const almost = fc.string({ unit: fc.constantFrom(...'0129af.:'), maxLength: 20 })
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), almost), (text) => {
        expect(parseIp(text) !== null).toBe(isIP(text) !== 0)
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ...[
      '256.1.1.1',
      '1.1.1.999',
      '01.1.1.1',
      '1.1.1.00',
      '1.1.1',
      '1.1.1.1.1',
      '1.1.1.1x',
      'x1.1.1.1',
      '1.1.1.1 ',
    ],
    ...['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7:8::', ':1', '1:'],
    ...['12345::', 'g::', '1.2.3.4::', '::1.2.3.4:1', '::1.2.3.256', '::1.2.3.4.5', ':::'],
  ])('is none in %j', (text) => {
    expect(isIP(text)).toBe(0)
    expect(parseIp(text)).toBeNull()
  })

  it.each([
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:1.2.3.4',
    '1::8',
    '::',
    '::8',
    '1::',
    '1:2:3:4:5:6::',
    '::3:4:5:6:7:8',
  ])('has sixteen bytes in %s', (text) => {
    expect(isIP(text)).toBe(6)
    expect(parseIp(text)).toHaveLength(16)
  })

  it('has the bytes it is written with', () => {
    expect(parseIp('192.0.2.255')).toEqual(Uint8Array.of(192, 0, 2, 255))
    expect(parseIp('fe80::1:2')).toEqual(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2))
    expect(parseIp('::ffff:127.0.0.1')?.subarray(10)).toEqual(Uint8Array.of(255, 255, 127, 0, 0, 1))
    expect(parseIp('fe80::1%eth0')).toBeNull()
  })

  it.each([
    ...['0.0.0.0', '127.0.0.1', '127.255.0.9', '169.254.1.1', '224.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      'fe80::1',
      'febf::1',
      'ff02::1',
      '::ffff:127.0.0.1',
      '::ffff:169.254.1.1',
      '::127.0.0.1',
    ],
  ])('B4 %s is no peer', (text) => {
    const address = parseIp(text)
    expect(address && isForbiddenPeer(address)).toBe(true)
  })

  it.each([
    '192.0.2.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.253.1.1',
    '2001:db8::1',
    'fd00::2',
    '::ffff:192.0.2.1',
    '223.255.255.255',
    '170.254.1.1',
    '169.0.0.254',
    '1.0.0.0',
    'fec0::1',
    'fe00::1',
    'fd80::1',
    '2080::1',
    // Only where the ten bytes before it are zero, and for two prefixes, is the end an IPv4 address.
    '::1:7f00:1',
    '::ff00:7f00:1',
    '::ff:7f00:1',
    '::100:7f00:1',
    '2001::ffff:7f00:1',
  ])('%s may be one', (text) => {
    const address = parseIp(text)
    expect(address && isForbiddenPeer(address)).toBe(false)
  })
})
