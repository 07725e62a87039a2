import { expect, test } from 'vitest'
import { noSharing, type CallView, type SharingView } from '../../contract/call-view.ts'
import { blockingFor, createPower } from './power.ts'

type Pictures = {
  video?: boolean
  cameraOn?: boolean
  peerCameraOn?: boolean
  sharing?: SharingView
}
const none = { video: false, cameraOn: false, peerCameraOn: false }
const mine = { video: true, cameraOn: true, peerCameraOn: false }
const theirs = { video: true, cameraOn: false, peerCameraOn: true }
const call = (phase: CallView['phase'], pictures: Pictures = none) =>
  ({ phase, media: { sharing: noSharing, ...none, ...pictures } }) as unknown as CallView

const [computer, screen] = ['prevent-app-suspension', 'prevent-display-sleep'] as const
test.each([
  ['idle', none, true, null],
  ['ended', theirs, true, null],
  ['dialing', mine, true, computer],
  ['ringing', mine, true, computer],
  ['incoming', mine, true, computer],
  ['connecting', mine, true, computer],
  // A call with pictures in which both cameras are off is a voice.
  ['talking', none, true, computer],
  ['talking', { ...none, video: true }, true, computer],
  ['talking', mine, true, screen],
  ['talking', theirs, true, screen],
  ['reconnecting', theirs, true, screen],
  ['talking', { ...none, sharing: { ...noSharing, peer: true } }, true, screen],
  ['talking', { ...none, sharing: { ...noSharing, peer: true } }, false, computer],
  ['talking', { ...none, sharing: { ...noSharing, own: 'on' } }, false, screen],
  // Nobody sees pictures in a window that is hidden or minimised.
  ['talking', theirs, false, computer],
  ['talking', mine, false, computer],
] as const)('%s with %j, in sight: %s, keeps awake %s', (phase, pictures, inSight, blocking) => {
  expect(blockingFor(call(phase, pictures), inSight)).toBe(blocking)
})

function blocked() {
  const held = new Map<number, string>()
  const fewest = { held: Number.POSITIVE_INFINITY }
  let next = 0
  const power = createPower({
    start: (type) => {
      held.set(++next, type)
      return next
    },
    stop(id) {
      const was = held.delete(id)
      fewest.held = Math.min(fewest.held, held.size)
      return was
    },
  })
  return { power, held: () => [...held.values()], started: () => next, fewest }
}

test('the computer stays awake from the first ring to the end of the call', () => {
  const { power, held, started } = blocked()
  power.sight(true)
  for (const phase of ['incoming', 'connecting', 'talking', 'reconnecting'] as const) {
    power.update(call(phase))
    expect(held()).toEqual([computer])
  }
  expect(started()).toBe(1)
  power.update(call('ended'))
  power.update(call('idle'))
  expect(held()).toEqual([])
})

test('the screen stays on only while pictures are shown, and in between the computer never falls asleep', () => {
  const { power, held, fewest } = blocked()
  power.sight(true)
  power.update(call('talking'))
  power.update(call('talking', theirs))
  expect(held()).toEqual([screen])
  power.sight(false)
  expect(held()).toEqual([computer])
  power.sight(true)
  expect(held()).toEqual([screen])
  power.update(call('talking', { video: true }))
  expect(held()).toEqual([computer])
  expect(fewest.held).toBe(1)
  power.update(call('ended'))
  expect(held()).toEqual([])
})

test('after a hundred calls nothing is held', () => {
  const { power, held } = blocked()
  for (let index = 0; index < 100; index++) {
    power.update(call('dialing', index % 2 === 0 ? mine : none))
    power.sight(index % 5 > 0)
    power.update(call('talking', index % 3 === 0 ? theirs : none))
    power.update(call('ended'))
  }
  expect(held()).toEqual([])
})
