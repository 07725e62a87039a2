import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import type { HistoryEntry } from '../../contract/ipc.ts'
import { createNotifications } from './notifications.ts'

const call = (phase: CallView['phase'], changes: { name?: string | null; silenced?: boolean } = {}) =>
  ({
    phase,
    callId: 'one',
    silenced: changes.silenced ?? false,
    peer: { address: 'b', name: changes.name === undefined ? 'Bea' : changes.name, claimedName: 'Police' },
  }) as unknown as CallView

function shown(hushed: readonly string[] = []) {
  const seen: string[] = []
  const toasts: EventEmitter[] = []
  const notifications = createNotifications({
    make: ({ title }) => {
      const toast = Object.assign(new EventEmitter(), {
        show: () => seen.push(`show ${title}`),
        close: () => seen.push(`close ${title}`),
      })
      toasts.push(toast)
      return toast
    },
    onClick: () => seen.push('click'),
    isHushed: (address) => hushed.includes(address),
  })
  return { notifications, seen, toasts }
}

test.each(['connecting', 'ended', 'idle'] as const)(
  'one notification stands while it rings and goes when it is %s',
  (after) => {
    const { notifications, seen } = shown()
    notifications.update(call('incoming'), false)
    notifications.update(call('incoming'), false)
    notifications.update(call(after), false)
    expect(seen).toEqual(['show Bea is calling', 'close Bea is calling'])
  },
)

test('a caller who is no contact is unknown, whatever it calls itself', () => {
  const { notifications, seen } = shown()
  notifications.update(call('incoming', { name: null }), false)
  expect(seen).toEqual(['show Unknown caller is calling'])
})

const entry = (id: string, changes: Partial<HistoryEntry> = {}) =>
  ({ id, outcome: 'missed', seen: false, name: 'Bea', ...changes }) as HistoryEntry

test('names go at once when the screen is locked, and none comes back while it rings', () => {
  const { notifications, seen } = shown()
  notifications.update(call('incoming'), false)
  notifications.update(call('incoming'), true)
  notifications.update(call('incoming'), true)
  notifications.update(call('incoming'), false)
  notifications.update(call('ended'), true)
  expect(seen).toEqual([
    'show Bea is calling',
    'close Bea is calling',
    'show Someone is calling',
    'close Someone is calling',
  ])
})

test('a missed call names nobody while the screen is locked', () => {
  const { notifications, seen } = shown()
  notifications.remember([], true)
  notifications.remember([entry('new')], true)
  expect(seen).toEqual(['show 1 missed call'])
})

test('a call that was missed is told once, also one that never rang here', () => {
  const { notifications, seen } = shown()
  notifications.remember([entry('old')], false)
  notifications.remember([entry('new', { name: null }), entry('old')], false)
  notifications.remember([entry('new', { name: null }), entry('old')], false)
  expect(seen).toEqual(['show Missed call from Unknown caller'])
})

test.each([
  ['declined', { outcome: 'declined' }],
  ['seen', { seen: true }],
] as const)('a call that was %s leaves no notification behind', (_, changes) => {
  const { notifications, seen } = shown()
  notifications.remember([], false)
  notifications.remember([entry('one', changes)], false)
  expect(seen).toEqual([])
})

test('a click brings the app to the front', () => {
  const { notifications, seen, toasts } = shown()
  notifications.say('Earshot stays in the tray', '')
  toasts[0]!.emit('click')
  expect(seen).toEqual(['show Earshot stays in the tray', 'click'])
})

test('a call that is silent from the start says nothing, and nothing when it was missed', () => {
  const { notifications, seen } = shown()
  notifications.remember([], false)
  notifications.update(call('incoming', { name: null, silenced: true }), false)
  // The history hears of the end first.
  notifications.remember([entry('one', { address: 'b' as HistoryEntry['address'], name: null })], false)
  notifications.update(call('ended'), false)
  expect(seen).toEqual([])
  notifications.remember(
    [
      entry('two', { address: 'b' as HistoryEntry['address'] }),
      entry('one', { address: 'b' as HistoryEntry['address'], name: null }),
    ],
    false,
  )
  expect(seen).toEqual(['show Missed call from Bea'])
})

test('a call that was missed while nobody was to be heard says nothing; a favourite is told of', () => {
  const { notifications, seen } = shown(['b'])
  const missed = (id: string, address: string) =>
    ({ id, address, name: address, outcome: 'missed', seen: false }) as unknown as HistoryEntry
  notifications.remember([], false)
  notifications.remember([missed('1', 'b'), missed('2', 'favourite')], false)
  expect(seen).toEqual(['show Missed call from favourite'])
})

test('a key that was let go by itself is told once, until it is held again', () => {
  const { notifications, seen } = shown()
  for (const talk of ['up', 'held', 'stuck', 'stuck', 'held', 'up', 'held', 'stuck'] as const)
    notifications.talk(talk)
  expect(seen).toEqual(Array(2).fill('show Your microphone was closed'))
})
