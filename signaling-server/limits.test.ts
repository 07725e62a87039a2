import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLimits, defaultLimits, subscriberOf } from './limits.ts'

const sum = (answers: readonly boolean[]) => answers.filter(Boolean).length
const times = (count: number, ask: () => Promise<boolean>) => Promise.all(Array.from({ length: count }, ask))

describe('the part of an address that one subscriber holds', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', 'unknown'],
    ['bob', 'unknown'],
  ])('S1: of %s is %s', (ip, subscriber) => {
    expect(subscriberOf(ip)).toBe(subscriber)
  })
})

describe('the limits', () => {
  // The library reads the clock and sets timers itself.
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('allow a burst and the average rate after it', async () => {
    const limits = createLimits(defaultLimits)
    const network = limits.networkOf('192.0.2.1')
    expect(sum(await times(30, () => limits.request(network)))).toBe(20)
    let allowed = 0
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1000)
      allowed += sum(await times(30, () => limits.request(network)))
    }
    expect(allowed).toBe(5 * 60)
    expect(sum(await times(300, () => limits.handleTraffic(network)))).toBe(200)
  })

  it('S1: allow a network 20 connections at a time and 30 a minute, and leave others alone', async () => {
    const limits = createLimits(defaultLimits)
    const [network, other] = [limits.networkOf('2001:db8::1'), limits.networkOf('192.0.2.1')]
    expect(limits.networkOf('2001:db8::ffff')).toBe(network)
    expect(sum(await times(200, () => limits.connect(network)))).toBe(20)
    expect(await limits.connect(other)).toBe(true)
    for (let ended = 0; ended < 20; ended++) limits.disconnect(network)
    expect(sum(await times(20, () => limits.connect(network)))).toBe(10)
    vi.advanceTimersByTime(60_000)
    expect(sum(await times(20, () => limits.connect(network)))).toBe(10)
  })

  it('S24: forget networks that are not connected', async () => {
    const limits = createLimits(defaultLimits)
    const networks = Array.from({ length: 50 }, (_, n) => limits.networkOf(`192.0.2.${n}`))
    for (const network of networks) await limits.connect(network)
    for (const network of networks) limits.disconnect(network)
    expect(limits.liveNetworks()).toBe(0)
  })

  it('S24: know far fewer buckets than there are addresses', () => {
    const limits = createLimits(defaultLimits)
    for (let n = 0; n < 1000; n++)
      expect(limits.networkOf(`198.51.${n >> 8}.${n & 255}`)).toBeLessThan(2 ** 17)
  })

  it('S13: allow a mailbox 30 first envelopes an hour, whoever sends them', async () => {
    const limits = createLimits(defaultLimits)
    let allowed = 0
    for (let minute = 0; minute < 59; minute++) {
      allowed += sum(await times(5, () => limits.mailbox('bob')))
      vi.advanceTimersByTime(60_000)
    }
    expect(allowed).toBe(30)
    expect(await limits.mailbox('carol')).toBe(true)
    expect(await limits.mailbox('bob', true)).toBe(true)
    vi.advanceTimersByTime(60_000)
    expect(await limits.mailbox('bob')).toBe(true)
  })
})
