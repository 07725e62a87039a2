import { expect, test } from 'vitest'
import { noSharing, type CallView, type SharingView } from '../../contract/call-view.ts'
import { createPower } from './power.ts'

const call = (phase: CallView['phase'], video = false, sharing: Partial<SharingView> = {}) =>
  ({ phase, media: { video, sharing: { ...noSharing, ...sharing } } }) as unknown as CallView

function blocked() {
  const held = new Map<number, string>()
  let next = 0
  const power = createPower({
    start: (type) => {
      held.set(++next, type)
      return next
    },
    stop: (id) => held.delete(id),
  })
  return { power, held: () => [...held.values()], started: () => next }
}

test('the computer stays awake from the first ring to the end of the call', () => {
  const { power, held, started } = blocked()
  for (const phase of ['incoming', 'connecting', 'talking', 'reconnecting'] as const) {
    power.update(call(phase))
    expect(held()).toEqual(['prevent-app-suspension'])
  }
  expect(started()).toBe(1)
  power.update(call('ended'))
  power.update(call('idle'))
  expect(held()).toEqual([])
})

test('with pictures the screen stays on, and sleep is never allowed in between', () => {
  const { power, held } = blocked()
  power.update(call('talking'))
  power.update(call('talking', true))
  expect(held()).toEqual(['prevent-display-sleep'])
})

test('a screen that somebody shows stays on as well', () => {
  for (const sharing of [{ own: 'on' }, { peer: true }] as const) {
    const { power, held } = blocked()
    power.update(call('talking', false, sharing))
    expect(held()).toEqual(['prevent-display-sleep'])
    power.update(call('talking'))
    expect(held()).toEqual(['prevent-app-suspension'])
  }
})

test('after a hundred calls nothing is held', () => {
  const { power, held } = blocked()
  for (let index = 0; index < 100; index++) {
    power.update(call('dialing', index % 2 === 0))
    power.update(call('talking', index % 3 === 0))
    power.update(call('ended'))
  }
  expect(held()).toEqual([])
})
