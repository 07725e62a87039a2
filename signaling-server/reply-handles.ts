// Meeting places of two anonymous parties: a handle with two seats, and what waits for whoever sits opposite.
// Knows no sockets, no addresses and no contents; time is passed in.
import { wireLimits, type WireRefusal } from '../contract/signaling.ts'
import { checkSize, envelopeBytes, type Envelope } from './envelope.ts'
import type { RelaySide } from './relay-access.ts'
import { createSeatStore, type SeatBudget, type SeatStore, type WaitingEnvelope } from './seat-store.ts'

/** Stands for one connection; compared by identity only. */
export type Party = object

export interface HandleCaps {
  readonly handles: number
  readonly handlesPerParty: number
  readonly envelopesPerSeat: number
  /** All envelopes of all handles together. */
  readonly bytes: number
}

export const defaultHandleCaps: HandleCaps = {
  handles: 20_000,
  handlesPerParty: 8,
  envelopesPerSeat: wireLimits.envelopesPerHandle,
  bytes: 64 * 1024 * 1024,
}

/** Null is success everywhere. */
export interface ReplyHandles {
  /**
   * Takes a seat; asking again is harmless. `wake` is called when something waits for this party. A third party
   * gets `full`, and so does everybody when a cap is reached; `gone` for a while after somebody closed it. `name` is of
   * the seat: who shows the one it was taken with gets it back from a connection that may be dead, and of a handle that is
   * gone what was left there before, a goodbye as a rule.
   */
  open(handle: string, party: Party, wake: (handle: string) => void, name?: string): WireRefusal | null
  /** For the opposite seat, whether it is taken or not. `gone` for anybody who does not sit there. */
  put(handle: string, party: Party, env: Envelope): WireRefusal | null
  /**
   * Hands out the oldest envelope that this party has not been handed yet. It goes on waiting until it is `acked`: whoever takes the
   * seat after a connection that was dead is handed it anew.
   */
  take(handle: string, party: Party): WaitingEnvelope | null
  acked(handle: string, id: number): void
  close(handle: string, party: Party): WireRefusal | null
  /**
   * Counts relay credentials for the seat of this party and says which seat it is. `full` while the seat has had all
   * of its share, whoever sat there; `gone` for anybody who does not sit at an open handle.
   */
  countRelay(handle: string, party: Party): { readonly side: RelaySide } | WireRefusal
  /** Calls the listener for each handle that is forgotten although nobody closed it. */
  watchForgotten(listener: (handle: string) => void): void
  /** The party's connection ended. Its seats are free again; what waits for them goes on waiting. */
  leave(party: Party): void
  /** The number of handles at which a party sits. */
  seatsOf(party: Party): number
  /** Forgets envelopes that waited too long, and handles at which nobody sits. */
  sweep(): void
  counts(): { readonly handles: number; readonly envelopes: number; readonly bytes: number }
}

interface Seat {
  party: Party | null
  /** SECURITY: known to this side only, so that nobody else gets a seat that is taken. Null without one. */
  name: string | null
  wake: ((handle: string) => void) | null
  readonly store: SeatStore
  /** When relay credentials were given out, of late. */
  relaysMs: readonly number[]
}

interface Meeting {
  readonly seats: readonly [Seat, Seat]
  closed: boolean
  /** When an empty or closed handle is forgotten. */
  untilMs: number
}

const WAIT_MS = wireLimits.waitS * 1000
const RELAY_SEAT_MS = wireLimits.relaySeatS * 1000

export function createReplyHandles(now: () => number, caps: HandleCaps = defaultHandleCaps): ReplyHandles {
  const meetings = new Map<string, Meeting>()
  const handlesOf = new Map<Party, Set<string>>()
  const budget: SeatBudget = { maxBytes: caps.bytes, bytes: 0, lastId: 0 }
  let onForgotten: (handle: string) => void = () => {}

  const emptySeat = (): Seat => ({
    party: null,
    name: null,
    wake: null,
    store: createSeatStore(now, budget, caps.envelopesPerSeat),
    relaysMs: [],
  })

  function find(handle: string): Meeting | null {
    const meeting = meetings.get(handle)
    if (meeting === undefined) return null
    const abandoned = meeting.closed || meeting.seats.every(({ party }) => party === null)
    if (!abandoned || meeting.untilMs > now()) return meeting
    forget(handle, meeting)
    return null
  }

  function forget(handle: string, meeting: Meeting): void {
    for (const seat of meeting.seats) vacate(handle, seat, { keepWaiting: false })
    meetings.delete(handle)
    if (!meeting.closed) onForgotten(handle)
  }

  function vacate(handle: string, seat: Seat, { keepWaiting }: { keepWaiting: boolean }): void {
    if (seat.party !== null) {
      const handles = handlesOf.get(seat.party)
      handles?.delete(handle)
      if (handles?.size === 0) handlesOf.delete(seat.party)
    }
    seat.party = null
    seat.wake = null
    if (!keepWaiting) seat.store.clear()
  }

  const seatOf = (meeting: Meeting, party: Party) => meeting.seats.find((seat) => seat.party === party)
  const opposite = (meeting: Meeting, seat: Seat) => meeting.seats[seat === meeting.seats[0] ? 1 : 0]

  /** Whoever returns most likely comes for what waits, so that a free seat with envelopes is given away first. */
  function freeSeat(meeting: Meeting): Seat | undefined {
    const free = meeting.seats.filter(({ party }) => party === null)
    return free.find(({ store }) => store.hasNew()) ?? free[0]
  }

  return {
    open(handle, party, wake, name) {
      let meeting = find(handle)
      const own = handlesOf.get(party) ?? new Set()
      if (!own.has(handle) && own.size >= caps.handlesPerParty) return 'full'
      if (meeting === null) {
        if (meetings.size >= caps.handles) return 'full'
        meeting = { seats: [emptySeat(), emptySeat()], closed: false, untilMs: 0 }
        meetings.set(handle, meeting)
      }
      const named = name === undefined ? undefined : meeting.seats.find((seat) => seat.name === name)
      const seat = seatOf(meeting, party) ?? named ?? (meeting.closed ? undefined : freeSeat(meeting))
      if (seat === undefined) return meeting.closed ? 'gone' : 'full'
      if (seat.party !== null && seat.party !== party) vacate(handle, seat, { keepWaiting: true })
      seat.party = party
      seat.name = name ?? seat.name
      seat.wake = wake
      handlesOf.set(party, own.add(handle))
      seat.store.sweep()
      if (seat.store.size() > 0) wake(handle)
      return meeting.closed ? 'gone' : null
    },
    put(handle, party, env) {
      const bytes = envelopeBytes(env)
      const tooBig = checkSize(bytes)
      if (tooBig !== null) return tooBig
      const meeting = find(handle)
      const seat = meeting === null || meeting.closed ? undefined : seatOf(meeting, party)
      if (meeting === null || seat === undefined) return 'gone'
      const target = opposite(meeting, seat)
      if (!target.store.put(env, bytes)) return 'full'
      target.wake?.(handle)
      return null
    },
    take(handle, party) {
      const meeting = find(handle)
      const seat = meeting === null ? undefined : seatOf(meeting, party)
      return seat?.store.next(party) ?? null
    },
    acked(handle, id) {
      for (const { store } of meetings.get(handle)?.seats ?? []) store.acked(id)
    },
    close(handle, party) {
      const meeting = find(handle)
      const seat = meeting === null ? undefined : seatOf(meeting, party)
      if (meeting === null || seat === undefined) return 'gone'
      vacate(handle, seat, { keepWaiting: false })
      seat.name = null
      if (meeting.closed) return 'gone'
      // A slow reader opposite, or one whose connection is dead, still gets what was said before.
      const target = opposite(meeting, seat)
      if (target.party === null && target.name === null) target.store.clear()
      meeting.closed = true
      meeting.untilMs = now() + WAIT_MS
      return null
    },
    countRelay(handle, party) {
      const meeting = find(handle)
      const seat = meeting === null || meeting.closed ? undefined : seatOf(meeting, party)
      if (meeting === null || seat === undefined) return 'gone'
      const nowMs = now()
      // A call may go on for hours and change its network every few minutes.
      const recent = seat.relaysMs.filter((atMs) => nowMs - atMs < RELAY_SEAT_MS)
      if (recent.length >= wireLimits.relayPerSeat) return 'full'
      seat.relaysMs = [...recent, nowMs]
      return { side: seat === meeting.seats[0] ? 'a' : 'b' }
    },
    watchForgotten(listener) {
      onForgotten = listener
    },
    leave(party) {
      for (const handle of [...(handlesOf.get(party) ?? [])]) {
        const meeting = meetings.get(handle)
        const seat = meeting && seatOf(meeting, party)
        if (!meeting || !seat) continue
        vacate(handle, seat, { keepWaiting: true })
        if (!meeting.closed) meeting.untilMs = now() + WAIT_MS
      }
    },
    seatsOf: (party) => handlesOf.get(party)?.size ?? 0,
    sweep() {
      for (const [handle, meeting] of meetings) {
        if (find(handle) !== null) meeting.seats.forEach(({ store }) => store.sweep())
      }
    },
    counts() {
      let envelopes = 0
      for (const { seats } of meetings.values()) envelopes += seats[0].store.size() + seats[1].store.size()
      return { handles: meetings.size, envelopes, bytes: budget.bytes }
    },
  }
}
