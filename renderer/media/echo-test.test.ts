import { describe, expect, it } from 'vitest'
import { createEchoTest, type EchoState } from './echo-test.ts'
import { allProcessing } from './microphone.ts'

class FakeTrack {
  enabled = false
  stopped = false
  stop(): void {
    this.stopped = true
  }
}
const recording = new Blob(['sound'])
const devices = { microphoneId: 'mic', speakerId: 'box', voice: allProcessing, relay: null }
const relay = [{ urls: ['turn:relay.example.org'], username: 'u', credential: 'c' }]

function room({ samples = [0.1, -0.1], refused = '', relayWorks = true, speakerTakes = true } = {}) {
  const states: EchoState[] = []
  const opened: FakeTrack[] = []
  const events: string[] = []
  let held: Promise<unknown> = Promise.resolve()
  const test = createEchoTest({
    changed: (state) => states.push(state),
    capture: {
      async getUserMedia() {
        if (refused) throw new DOMException('', refused)
        const track = new FakeTrack()
        opened.push(track)
        return { getTracks: () => [track] } as unknown as MediaStream
      },
    },
    meter(_track, heard) {
      for (let look = 0; look < 100; look++) heard(0.5, Float32Array.from(samples))
      return { stop: () => void events.push('meter ends') }
    },
    async loop(track, servers) {
      events.push(`through ${servers[0]?.urls[0]}`)
      if (!relayWorks) throw new Error('no way')
      return { track, close: () => void events.push('relay closes') }
    },
    async record(_track, _signal, progress) {
      events.push('records')
      await held
      progress(0.5)
      return recording
    },
    async play(heard, speakerId, _signal, tell) {
      events.push(`plays ${heard === recording} on ${speakerId}`)
      tell.progress(0.5)
      if (!speakerTakes) tell.refused()
    },
  })
  return {
    test,
    states,
    opened,
    events,
    now: () => states.at(-1),
    hold: (until: Promise<unknown>) => (held = until),
  }
}

describe('a test call with oneself', () => {
  it('records, closes the microphone, plays back where people are heard, and says what it was like', async () => {
    const one = room()
    await one.test.start(devices)
    expect(one.events).toEqual(['records', 'meter ends', 'plays true on box'])
    expect(one.opened.map(({ enabled, stopped }) => [enabled, stopped])).toEqual([[true, true]])
    expect([...new Set(one.states.map(({ step }) => step))]).toEqual([
      'idle',
      'connecting',
      'recording',
      'playing',
    ])
    expect(one.now()).toMatchObject({ step: 'idle', verdict: 'well', problem: null, speakerRefused: false })
  })
  it('says that nothing was heard', async () => {
    const one = room({ samples: [0, 0] })
    await one.test.start(devices)
    expect(one.now()).toMatchObject({ verdict: 'nothing' })
  })
  it('says that the speaker did not take the sound', async () => {
    const one = room({ speakerTakes: false })
    await one.test.start(devices)
    expect(one.now()).toMatchObject({ verdict: 'well', speakerRefused: true })
  })
  it('goes through the relay, and leaves it before it plays', async () => {
    const one = room()
    await one.test.start({ ...devices, relay })
    expect(one.events).toEqual([
      'through turn:relay.example.org',
      'records',
      'relay closes',
      'meter ends',
      'plays true on box',
    ])
  })
  it.each([
    ['a relay that does not answer', { relayWorks: false }, 'relay-failed'],
    ['a microphone that may not be used', { refused: 'NotAllowedError' }, 'mic-denied'],
    ['no microphone', { refused: 'NotFoundError' }, 'mic-missing'],
  ])('says what is wrong with %s, and keeps nothing open', async (_, how, problem) => {
    const one = room(how)
    await one.test.start({ ...devices, relay })
    expect(one.now()).toMatchObject({ step: 'idle', problem, verdict: null })
    expect(one.opened.every(({ stopped }) => stopped)).toBe(true)
  })
  it('closes the microphone at once when it is stopped, and plays nothing', async () => {
    const one = room()
    const { promise, resolve } = Promise.withResolvers<null>()
    one.hold(promise)
    const over = one.test.start(devices)
    await new Promise((next) => setTimeout(next))
    expect(one.now()?.step).toBe('recording')
    one.test.stop()
    expect(one.opened[0]?.stopped).toBe(true)
    resolve(null)
    await over
    expect(one.events).toEqual(['records', 'meter ends'])
    expect(one.now()).toMatchObject({ step: 'idle', verdict: null })
  })
})
