import { expect, test } from 'vitest'
import type { CallView } from '../../contract/call-view.ts'
import type { CallCommand } from '../../contract/ipc.ts'
import { createGlobalMute } from './global-mute.ts'

function desktop(options: { taken?: boolean } = {}) {
  const registered = new Map<string, () => void>()
  const commands: CallCommand[] = []
  const wish = { on: true }
  let call: CallView = { phase: 'idle' }
  let nowMs = 0
  const mute = createGlobalMute({
    keys: {
      register(accelerator, callback) {
        if (options.taken) return false
        registered.set(accelerator, callback)
        return true
      },
      unregister: (accelerator) => void registered.delete(accelerator),
    },
    wanted: () => wish.on,
    call: () => call,
    command(order) {
      commands.push(order)
      if (order.type === 'mute') be('talking', !order.on)
    },
    nowMs: () => nowMs,
  })
  function be(phase: CallView['phase'], micOn = true) {
    call = { phase, callId: 'c', media: { micOn } } as unknown as CallView
    mute.look()
  }
  return {
    mute,
    registered,
    commands,
    wish,
    be,
    press(afterMs: number) {
      nowMs += afterMs
      for (const callback of registered.values()) callback()
    },
  }
}
const asked = (commands: readonly CallCommand[]) => commands.map((order) => order.type === 'mute' && order.on)

test('the key is taken while a call runs and given back after it', () => {
  const { mute, registered, be } = desktop()
  expect([mute.view(), registered.size]).toEqual(['waiting', 0])
  be('incoming')
  expect([mute.view(), registered.size]).toEqual(['waiting', 0])
  be('dialing')
  expect([mute.view(), registered.size]).toEqual(['on', 1])
  be('talking')
  be('ended')
  expect([mute.view(), registered.size]).toEqual(['waiting', 0])
})

test('it is not taken where nobody asked for it, and given back when it is no longer wanted', () => {
  const { mute, registered, wish, be } = desktop()
  wish.on = false
  be('talking')
  expect([mute.view(), registered.size]).toEqual(['off', 0])
  wish.on = true
  mute.look()
  expect(registered.size).toBe(1)
  wish.on = false
  mute.look()
  expect([mute.view(), registered.size]).toEqual(['off', 0])
})

test('a key that another program has is said to be taken, and asked for once in a call', () => {
  const { mute, be, registered } = desktop({ taken: true })
  be('talking')
  expect(mute.view()).toBe('taken')
  be('ended')
  expect([mute.view(), registered.size]).toEqual(['waiting', 0])
})

test('each press switches the microphone', () => {
  const { be, press, commands } = desktop()
  be('talking')
  press(1000)
  press(1000)
  expect(asked(commands)).toEqual([true, false])
})

test('a key that is held closes the microphone and does not open it again', () => {
  const { be, press, commands } = desktop()
  be('talking', false)
  press(1000)
  press(600)
  for (let i = 0; i < 20; i++) press(30)
  expect(asked(commands)).toEqual([false, true])
  press(1000)
  expect(asked(commands).at(-1)).toBe(false)
})
