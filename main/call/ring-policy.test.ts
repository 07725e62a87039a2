import { describe, expect, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import type { Settings } from '../../contract/settings.ts'
import type { Ringtone } from '../../contract/ringing.ts'
import { createRingPolicy, ringManners } from './ring-policy.ts'
import { createVirtualClock } from './virtual-clock.ts'

const addressOf = (n: number) => `a${n}`.padEnd(56, 'a') as Address
const [friend, stranger, other] = [addressOf(1), addressOf(2), addressOf(3)] as const
const minuteMs = 60_000

function policy(whoMayRing: Settings['whoMayRing'] = 'anyone') {
  const clock = createVirtualClock()
  const wish = {
    whoMayRing,
    hushed: false,
    favouritesThrough: true,
    tone: 'bell' as Ringtone,
    tonesOf: new Map<Address, Ringtone>(),
    broken: [] as Ringtone[],
  }
  const friends = new Set([friend])
  const favourites = new Set<Address>()
  const ringing = createRingPolicy({
    whoMayRing: () => wish.whoMayRing,
    isContact: (address) => friends.has(address),
    quiet: {
      isOn: () => wish.hushed,
      favouritesThrough: () => wish.favouritesThrough,
      isFavourite: (address) => favourites.has(address),
    },
    tones: {
      ofEverybody: () => wish.tone,
      ofContact: (address) => wish.tonesOf.get(address) ?? null,
      plays: (tone) => !wish.broken.includes(tone),
    },
    nowMs: clock.now,
  })
  return { clock, wish, friends, favourites, ...ringing }
}

test.each([
  ['anyone', 'aloud', true],
  ['unknown-silent', 'silently', true],
  ['contacts', 'not', false],
] as const)('S12 with %s a stranger rings %s, and a contact aloud', (setting, rings, leavesTrace) => {
  const { judge, mayLeaveTrace } = policy(setting)
  expect([judge(stranger), judge(friend)]).toEqual([rings, 'aloud'])
  expect([mayLeaveTrace(stranger), mayLeaveTrace(friend)]).toEqual([leavesTrace, true])
})

test('the setting holds from the next call on', () => {
  const { judge, wish } = policy()
  expect(judge(stranger)).toBe('aloud')
  wish.whoMayRing = 'contacts'
  expect(judge(stranger)).toBe('not')
})

describe('while nobody is to be heard', () => {
  test.each([
    // who may ring, let through, a favourite's call, a contact's, a stranger's
    ['anyone', true, 'aloud', 'silently', 'silently'],
    ['anyone', false, 'silently', 'silently', 'silently'],
    ['unknown-silent', true, 'aloud', 'silently', 'silently'],
    ['contacts', true, 'aloud', 'silently', 'not'],
    ['contacts', false, 'silently', 'silently', 'not'],
  ] as const)(
    'with %s and favourites let through: %s, a favourite rings %s, a contact %s, a stranger %s',
    (whoMayRing, favouritesThrough, favourite, contact, nobody) => {
      const { judge, wish, friends, favourites } = policy(whoMayRing)
      friends.add(other)
      favourites.add(other)
      Object.assign(wish, { hushed: true, favouritesThrough })
      expect([judge(other), judge(friend), judge(stranger)]).toEqual([favourite, contact, nobody])
    },
  )

  test('a mark that outlived its contact lets nobody through', () => {
    const { judge, isHushed, wish, favourites } = policy()
    favourites.add(stranger)
    wish.hushed = true
    expect([judge(stranger), isHushed(stranger)]).toEqual(['silently', true])
  })

  test('a missed call is written down as ever', () => {
    const { mayLeaveTrace, wish } = policy()
    wish.hushed = true
    expect([mayLeaveTrace(friend), mayLeaveTrace(stranger)]).toEqual([true, true])
  })

  test('it is over the moment it is switched off', () => {
    const { judge, wish } = policy()
    wish.hushed = true
    expect(judge(friend)).toBe('silently')
    wish.hushed = false
    expect(judge(friend)).toBe('aloud')
  })
})

test.each([
  ['their own', 'harp', [], 'harp'],
  ['that of everybody', null, [], 'bell'],
  ['that of everybody when theirs does not play', 'harp', ['harp'], 'bell'],
  ['the first one when nothing else plays', 'harp', ['harp', 'bell'], 'chime'],
] as const)('a contact rings with %s', (_, own, broken, expected) => {
  const { toneOf, wish } = policy()
  if (own) wish.tonesOf.set(friend, own)
  wish.broken.push(...broken)
  expect(toneOf(friend)).toBe(expected)
})

describe('S12 a stranger who is declined', () => {
  test('does not ring for a minute, then two, four and so on, and others do', async () => {
    const { judge, declined, clock } = policy('unknown-silent')
    for (const minutes of [1, 2, 4, 8, 16]) {
      declined(stranger)
      await clock.advance(minutes * minuteMs - 1)
      expect(judge(stranger)).toBe('not')
      expect(judge(other)).toBe('silently')
      await clock.advance(1)
      expect(judge(stranger)).toBe('silently')
    }
  })

  test('is let in again after a day at the latest', async () => {
    const { judge, declined, clock } = policy()
    for (let n = 0; n < 2000; n++) declined(stranger)
    await clock.advance(ringManners.longestCoolDownMs - 1)
    expect(judge(stranger)).toBe('not')
    await clock.advance(1)
    expect(judge(stranger)).toBe('aloud')
  })

  test('a contact who is declined rings the next moment', () => {
    const { judge, declined } = policy('contacts')
    declined(friend)
    expect(judge(friend)).toBe('aloud')
  })
})

test('S12 the fourth call of a stranger within ten minutes rings without a sound; a contact may call on', async () => {
  const { judge, clock } = policy()
  const rings = []
  for (let n = 0; n < 5; n++) {
    rings.push(judge(stranger))
    await clock.advance(minuteMs)
  }
  expect(rings).toEqual(['aloud', 'aloud', 'aloud', 'silently', 'silently'])
  for (let n = 0; n < 20; n++) expect(judge(friend)).toBe('aloud')
  await clock.advance(10 * minuteMs)
  expect(judge(stranger)).toBe('aloud')
})

test('S12 calls spread over an hour never ring more than three times aloud within ten minutes', async () => {
  const { judge, clock } = policy()
  const aloudAtMs: number[] = []
  for (let second = 0; second < 3600; second += 20) {
    if (judge(stranger) === 'aloud') aloudAtMs.push(clock.now())
    await clock.advance(20_000)
  }
  expect(aloudAtMs.length).toBeGreaterThan(0)
  for (const atMs of aloudAtMs)
    expect(aloudAtMs.filter((later) => later >= atMs && later < atMs + 600_000).length).toBeLessThanOrEqual(3)
})

describe('S12 strangers who are new every time', () => {
  const { crowdAloud, crowdRings, withinMs, callsAloud } = ringManners
  const fresh = (n: number) => addressOf(100 + n)

  test('ring aloud six times within ten minutes, then without a sound, then not, and contacts ring on', async () => {
    const { judge, clock } = policy()
    const rings = Array.from({ length: crowdRings + 10 }, (_, n) => judge(fresh(n)))
    expect(rings).toEqual([
      ...Array(crowdAloud).fill('aloud'),
      ...Array(crowdRings - crowdAloud).fill('silently'),
      ...Array(10).fill('not'),
    ])
    expect(judge(friend)).toBe('aloud')
    await clock.advance(withinMs - 1)
    expect(judge(stranger)).toBe('not')
    await clock.advance(1)
    expect(judge(stranger)).toBe('aloud')
  })

  test('and one who calls on and on takes nothing from the others but three calls', () => {
    const { judge } = policy()
    for (let n = 0; n < 3 * crowdRings; n++) judge(stranger)
    const rings = Array.from({ length: crowdAloud - callsAloud + 1 }, (_, n) => judge(fresh(n)))
    expect(rings).toEqual([...Array(crowdAloud - callsAloud).fill('aloud'), 'silently'])
  })

  test('do not count any more once they are contacts', () => {
    const { judge, friends, contactsChanged } = policy()
    for (let n = 0; n < crowdRings; n++) judge(fresh(n))
    expect(judge(stranger)).toBe('not')
    for (let n = 0; n < crowdRings; n++) friends.add(fresh(n))
    contactsChanged()
    expect(judge(stranger)).toBe('aloud')
  })
})

test('whoever becomes a contact and is none again begins anew', () => {
  const { judge, declined, friends, contactsChanged } = policy()
  declined(stranger)
  declined(other)
  friends.add(stranger)
  contactsChanged()
  friends.delete(stranger)
  contactsChanged()
  expect([judge(stranger), judge(other)]).toEqual(['aloud', 'not'])
})

test('a crowd of new strangers does not make room for one who was declined, until there are too many to remember', async () => {
  const { judge, declined, clock } = policy()
  const crowdOf = async (first: number, size: number) => {
    for (let n = first; n < first + size; n++) {
      await clock.advance(ringManners.withinMs / ringManners.crowdRings)
      expect(judge(addressOf(n))).not.toBe('not')
    }
  }
  const { strangersRemembered } = ringManners
  await crowdOf(10, strangersRemembered)
  for (let n = 0; n < 20; n++) declined(stranger)
  await crowdOf(1000, strangersRemembered - 1)
  expect(judge(stranger)).toBe('not')
  await clock.advance(ringManners.withinMs)
  await crowdOf(5000, 1)
  expect(judge(stranger)).not.toBe('not')
})
