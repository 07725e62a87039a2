import { describe, expect, it, vi } from 'vitest'
import type { FrameCounts, FrameKeys } from '../../contract/link.ts'
import { createFrameLayer } from './frame-layer.ts'
import type { FromFrameWorker, ToFrameWorker } from './frame-worker-messages.ts'

const base = () => ({
  audio: new Uint8Array(32).fill(1),
  video: new Uint8Array(32).fill(2),
  screen: new Uint8Array(32).fill(3),
})
const none = { audio: 0, video: 0, screen: 0 }
const countsWith = (repeated: number): FrameCounts => ({
  sealed: none,
  opened: none,
  refused: none,
  repeated,
})

class FakeWorker extends EventTarget {
  readonly heard: ToFrameWorker[] = []
  terminated = false
  postMessage(message: ToFrameWorker): void {
    this.heard.push(structuredClone(message))
  }
  terminate(): void {
    this.terminated = true
  }
  say(data: FromFrameWorker): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}

function layer() {
  const worker = new FakeWorker()
  const keys: FrameKeys = { role: 'a', send: base(), receive: base(), padPictures: false }
  const failures: string[] = []
  const sounds: boolean[] = []
  const made = createFrameLayer({
    onFailed: (when) => failures.push(when),
    onSound: (flowing) => sounds.push(flowing),
    startWorker: () => worker as unknown as Worker,
    createTransform: (_worker, options) => options as unknown as RTCRtpScriptTransform,
  })
  made.use(keys)
  const bytes = () => [...Object.values(keys.send), ...Object.values(keys.receive)].flatMap((key) => [...key])
  const isErased = () => bytes().every((byte) => byte === 0)
  return { worker, made, failures, sounds, isErased }
}
const end = () => ({ transform: null }) as unknown as RTCRtpSender & RTCRtpReceiver

describe('the frame layer of a link', () => {
  it('passes on that sound has stopped and comes again, until it ends, and answers nobody with it', async () => {
    const { worker, made, sounds } = layer()
    const counts = made.counts()
    worker.say({ type: 'sound', flowing: false })
    worker.say({ type: 'sound', flowing: true })
    worker.say({ type: 'counts', counts: countsWith(3), lateMs: 3 })
    expect(await counts).toEqual(countsWith(3))
    made.end()
    worker.say({ type: 'sound', flowing: false })
    expect(sounds).toEqual([false, true])
  })
  it('hands the keys to its worker, and keeps none once they are there', () => {
    const { worker, isErased } = layer()
    const [first] = worker.heard
    if (first?.type !== 'keys') throw new Error('no keys')
    expect(first.keys.role).toBe('a')
    for (const each of [first.keys.send, first.keys.receive])
      expect([each.audio, each.video, each.screen].map((key) => [...key.slice(0, 2)])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ])
    expect(isErased()).toBe(false)
    worker.say({ type: 'ready' })
    expect(isErased()).toBe(true)
  })
  it('binds each sender and receiver to one kind, and to nothing else afterwards', () => {
    const { made } = layer()
    const [sender, receiver] = [end(), end()]
    made.seal(sender, 'audio')
    made.open(receiver, 'video')
    made.seal(sender, 'screen')
    made.open(receiver, 'audio')
    expect(sender.transform).toEqual({ direction: 'send', kind: 'audio' })
    expect(receiver.transform).toEqual({ direction: 'receive', kind: 'video' })
  })
  it('asks its worker each time it is asked', async () => {
    const { worker, made } = layer()
    const answers = [made.counts(), made.counts()]
    worker.say({ type: 'counts', counts: countsWith(1), lateMs: 1 })
    worker.say({ type: 'counts', counts: countsWith(2), lateMs: 2 })
    expect((await Promise.all(answers)).map(({ repeated }) => repeated)).toEqual([1, 2])
    expect(made.lateMs()).toBe(2)
    expect(worker.heard.filter(({ type }) => type === 'count')).toHaveLength(2)
  })
  it.each([
    ['could not import the keys', (worker: FakeWorker) => worker.say({ type: 'failed' })],
    ['did not start', (worker: FakeWorker) => void worker.dispatchEvent(new Event('error'))],
  ])('says that there will be no call when its worker %s, and forgets the keys', (_name, happen) => {
    const { worker, failures, isErased } = layer()
    happen(worker)
    expect(failures).toEqual(['setup'])
    expect(worker.terminated).toBe(true)
    expect(isErased()).toBe(true)
  })
  it('says once that a worker died in the call, and answers with what was last known', async () => {
    const { worker, made, failures } = layer()
    worker.say({ type: 'ready' })
    const first = made.counts()
    worker.say({ type: 'counts', counts: countsWith(5), lateMs: 5 })
    await first
    const unanswered = made.counts()
    worker.dispatchEvent(new Event('error'))
    worker.dispatchEvent(new Event('error'))
    expect(failures).toEqual(['lost'])
    expect((await unanswered).repeated).toBe(5)
    expect((await made.counts()).repeated).toBe(5)
  })
  it('ends without a word, and takes part in nothing afterwards', () => {
    const { worker, made, failures, isErased } = layer()
    made.end()
    worker.dispatchEvent(new Event('error'))
    const late = end()
    made.seal(late, 'audio')
    expect(late.transform).toBeNull()
    expect(failures).toEqual([])
    expect(worker.terminated).toBe(true)
    expect(isErased()).toBe(true)
  })
  it('is not there where no worker can be started', () => {
    const startWorker = vi.fn(() => {
      throw new TypeError('no workers')
    })
    expect(() => createFrameLayer({ onFailed: () => undefined, startWorker })).toThrow(TypeError)
  })
})
