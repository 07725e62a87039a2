import { expect, test } from 'vitest'
import type { CallView, TrustView } from '../../contract/call-view.ts'
import { PhoneError } from '../../contract/errors.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { CallCommand, ContactView, ReadForm, Views } from '../../contract/ipc.ts'
import { createControlOrders, statusOf } from './control-orders.ts'

const callId = 'one' as CallId
const addressOf = (letter: string) => letter.repeat(56) as Address
const contact = (letter: string, name: string, trust: TrustView['state'] = 'V1'): ContactView => ({
  address: addressOf(letter),
  name,
  server: null,
  trust: { state: trust } as TrustView,
  addedAtMs: 0,
  online: null,
})
const people = [contact('b', 'Bea'), contact('c', 'Carl'), contact('d', 'carl'), contact('x', 'Mallory', 'X')]

function phone(parts: { stage?: Views['app']['stage']; refuses?: PhoneError | Error } = {}) {
  let call: CallView = { phase: 'idle' }
  let nowMs = 0
  const commands: CallCommand[] = []
  const shown: unknown[] = []
  const orders = createControlOrders({
    read: (slice) =>
      ({
        call,
        contacts: people,
        server: { state: 'online' },
        app: { stage: parts.stage ?? 'ready' },
      })[slice] as never,
    async command(order) {
      if (parts.refuses) throw parts.refuses
      commands.push(order)
    },
    readForm(text): ReadForm {
      if (!/^[a-z]{56}$/.test(text)) throw new PhoneError('bad-address')
      return { address: text as Address, name: '', server: null, replaces: null }
    },
    showForm: (form) => void shown.push(form),
    showWindow: () => void shown.push('window'),
    nowMs: () => nowMs,
  })
  return {
    orders,
    commands,
    shown,
    pass: (ms: number) => void (nowMs += ms),
    be(phase: CallView['phase'], micOn = true) {
      call = {
        phase,
        callId,
        media: { micOn },
        peer: { name: 'Bea', trust: { state: 'V1' } },
      } as unknown as CallView
      orders.look()
    },
  }
}
const call = (who: string) => ({ do: 'call', who }) as const

test.each([
  ['a name', 'Bea'],
  ['a name in other capitals', '  bEA '],
  ['the address of a contact', addressOf('b')],
])('%s dials the contact, by voice, and brings the window to the front', async (_, who) => {
  const { orders, commands, shown } = phone()
  expect(await orders.carryOut(call(who))).toEqual({ ok: true })
  expect(commands).toEqual([{ type: 'dial', address: addressOf('b'), video: false }])
  expect(shown).toEqual(['window'])
})

test('of two names that differ in capitals, the one that is written so is meant; else neither', async () => {
  const { orders, commands } = phone()
  expect(await orders.carryOut(call('Carl'))).toEqual({ ok: true })
  expect(commands).toEqual([{ type: 'dial', address: addressOf('c'), video: false }])
  expect(await orders.carryOut(call('CARL'))).toEqual({ ok: false, code: 'name-ambiguous', count: 2 })
  expect(commands).toHaveLength(1)
})

test('E20 an address that is no contact dials nobody: the form is shown', async () => {
  const { orders, commands, shown } = phone()
  expect(await orders.carryOut(call(addressOf('s')))).toEqual({ ok: true, asked: true })
  expect(commands).toEqual([])
  expect(shown).toEqual([{ address: addressOf('s'), name: '', server: null, replaces: null }])
})

test.each([
  ['nobody', phone(), 'Nobody', 'nobody-found'],
  ['a part of a name', phone(), 'Be', 'nobody-found'],
  ['somebody blocked', phone(), 'Mallory', 'person-refused'],
  ['a locked app', phone({ stage: 'locked' }), 'Bea', 'not-ready'],
  ['a call that is on', phone({ refuses: new PhoneError('call-in-progress') }), 'Bea', 'call-in-progress'],
])('%s is refused', async (_, { orders, commands }, who, code) => {
  expect(await orders.carryOut(call(who))).toEqual({ ok: false, code })
  expect(commands).toEqual([])
})

test('a bug is no refusal', async () => {
  const { orders } = phone({ refuses: new Error('bug') })
  await expect(orders.carryOut(call('Bea'))).rejects.toThrow('bug')
})

test.each(['answer', 'decline'] as const)('E31 %s waits for half a second of ringing', async (order) => {
  const { orders, commands, be, pass } = phone()
  expect(await orders.carryOut({ do: order })).toEqual({ ok: false, code: 'nothing-rings' })
  be('incoming')
  pass(499)
  expect(await orders.carryOut({ do: order })).toEqual({ ok: false, code: 'too-soon' })
  pass(1)
  expect(await orders.carryOut({ do: order })).toEqual({ ok: true })
  expect(commands).toEqual([
    order === 'answer' ? { type: order, callId, video: false } : { type: order, callId },
  ])
  be('idle')
  be('incoming')
  expect(await orders.carryOut({ do: order })).toEqual({ ok: false, code: 'too-soon' })
})

test.each([
  [{ do: 'hangup' }, { type: 'hang-up', callId }],
  [
    { do: 'mute', to: 'on' },
    { type: 'mute', callId, on: true },
  ],
  [
    { do: 'mute', to: 'off' },
    { type: 'mute', callId, on: false },
  ],
  [
    { do: 'mute', to: 'toggle' },
    { type: 'mute', callId, on: true },
  ],
  [
    { do: 'ptt', to: 'down' },
    { type: 'talk', callId, on: true },
  ],
  [
    { do: 'ptt', to: 'up' },
    { type: 'talk', callId, on: false },
  ],
] as const)('%j is %j in a call, and nothing outside one', async (order, command) => {
  const { orders, commands, be } = phone()
  for (const phase of ['idle', 'incoming', 'ended'] as const) {
    be(phase)
    expect(await orders.carryOut(order)).toEqual({ ok: false, code: 'no-call' })
  }
  for (const phase of ['dialing', 'ringing', 'connecting', 'talking', 'reconnecting'] as const) {
    be(phase)
    expect(await orders.carryOut(order)).toEqual({ ok: true })
  }
  expect(commands).toEqual(Array(5).fill(command))
})

test('the status says no address, no claimed name, and no microphone before there is a call to hear it', () => {
  const peer = { address: addressOf('s'), name: null, claimedName: 'Police', trust: { state: 'V0' } }
  const view = (phase: string) =>
    ({
      phase,
      callId,
      direction: 'in',
      peer,
      media: { video: true, micOn: true, cameraOn: true },
    }) as unknown as CallView
  expect(statusOf(view('incoming'), true)).toEqual({
    phase: 'incoming',
    direction: 'in',
    name: null,
    trust: 'V0',
    mic: 'off',
    camera: 'off',
    online: true,
  })
  expect(statusOf(view('talking'), false)).toMatchObject({ mic: 'on', camera: 'on', online: false })
  expect(JSON.stringify(statusOf(view('talking'), true))).not.toMatch(/s{56}|Police/)
  expect(statusOf({ phase: 'idle' }, true)).toMatchObject({
    phase: 'idle',
    name: null,
    trust: null,
    mic: 'off',
  })
})
