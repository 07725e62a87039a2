import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createRing } from './ring.ts'

/** The devices that take sound; '' is the system's default. */
let there: Set<string>
let holdSink: Promise<unknown>

class FakeAudio extends EventTarget {
  src = ''
  loop = false
  volume = 1
  sinkId = ''
  currentTime = 0
  error: unknown = null
  playing = false
  /** Any sound at all, ever. */
  played = false
  /** Where in the sound it has begun, each time. */
  readonly begunAt: number[] = []
  async setSinkId(id: string): Promise<void> {
    await holdSink
    if (!there.has(id)) throw new DOMException('', 'NotFoundError')
    this.sinkId = id
  }
  async play(): Promise<void> {
    this.begunAt.push(this.currentTime)
    this.currentTime += 1
    this.playing = true
    this.played = true
  }
  pause(): void {
    this.playing = false
  }
}

beforeEach(() => {
  there = new Set(['', 'box', 'headset'])
  holdSink = Promise.resolve()
})
const settled = () => new Promise((done) => setTimeout(done, 5))

function phone() {
  const elements: FakeAudio[] = []
  const asked: string[] = []
  const ring = createRing(
    {
      createElement() {
        const element = new FakeAudio()
        elements.push(element)
        return element
      },
    } as unknown as Document,
    {
      urlOf: async (tone) => `url of ${tone}`,
      insteadOf: async (tone) => (asked.push(tone), 'url of the stand-in'),
    },
  )
  const heard = () =>
    elements
      .filter(({ playing }) => playing)
      .map(({ sinkId }) => sinkId)
      .sort()
  return { ring, elements, asked, heard }
}

describe('the ring', () => {
  it.each([
    ['the default when nothing is wished', [], ['']],
    ['one output', ['box'], ['box']],
    ['several at once', ['box', 'headset'], ['box', 'headset']],
    ['those that take it', ['box', 'gone'], ['box']],
    ['the default when none takes it', ['gone', 'also gone'], ['']],
  ])('rings on %s', async (_, deviceIds, expected) => {
    const { ring, heard } = phone()
    ring.use({ deviceIds, volume: 1 })
    ring.play('bell')
    await settled()
    expect(heard()).toEqual(expected)
  })

  it('rings on and on, with its sound and its volume', async () => {
    const { ring, elements } = phone()
    ring.use({ deviceIds: ['box', 'headset'], volume: 0.3 })
    ring.play('bell')
    await settled()
    expect(elements).toHaveLength(2)
    for (const element of elements)
      expect(element).toMatchObject({ loop: true, volume: 0.3, src: 'url of bell' })
    ring.use({ deviceIds: ['box', 'headset'], volume: 0.9 })
    expect(elements.map(({ volume }) => volume)).toEqual([0.9, 0.9])
  })

  it('is silent at once, on every output', async () => {
    const { ring, heard } = phone()
    ring.use({ deviceIds: ['box', 'headset'], volume: 1 })
    ring.play('bell')
    await settled()
    ring.play(null)
    expect(heard()).toEqual([])
  })

  it('makes no element for silence', async () => {
    const { ring, elements } = phone()
    ring.use({ deviceIds: ['box'], volume: 1 })
    ring.play(null)
    await settled()
    expect(elements).toEqual([])
  })

  it('does not begin, not for a moment, when it is over before its outputs are ready', async () => {
    const { ring, elements } = phone()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    holdSink = promise
    ring.use({ deviceIds: ['box', 'headset'], volume: 1 })
    ring.play('bell')
    await settled()
    ring.play(null)
    resolve(undefined)
    await settled()
    expect(elements.map(({ played }) => played)).toEqual([false, false])
  })

  it('does not begin when it is over before its sound is there', async () => {
    const { ring, elements } = phone()
    ring.play('bell')
    ring.play(null)
    await settled()
    expect(elements).toEqual([])
  })

  it('goes to the default when its output is pulled out, and back', async () => {
    const { ring, heard } = phone()
    ring.use({ deviceIds: ['box'], volume: 1 })
    ring.play('bell')
    await settled()
    ring.use({ deviceIds: [], volume: 1 })
    await settled()
    expect(heard()).toEqual([''])
    ring.use({ deviceIds: ['box', 'headset'], volume: 1 })
    await settled()
    expect(heard()).toEqual(['box', 'headset'])
  })

  it('plays another tone when this one is broken, on the same outputs, and says so once', async () => {
    const { ring, elements, heard, asked } = phone()
    ring.use({ deviceIds: ['box', 'headset'], volume: 1 })
    ring.play('own:0')
    await settled()
    for (const element of [...elements]) element.dispatchEvent(new Event('error'))
    await settled()
    expect(heard()).toEqual(['box', 'headset'])
    expect(elements.filter(({ playing }) => playing).map(({ src }) => src)).toEqual(
      Array(2).fill('url of the stand-in'),
    )
    expect(asked).toEqual(['own:0'])
  })

  it('rings on elsewhere when a device breaks under the stand-in, and does not try for ever', async () => {
    const { ring, elements, heard, asked } = phone()
    ring.use({ deviceIds: ['box', 'headset'], volume: 1 })
    ring.play('bell')
    await settled()
    elements[0]!.dispatchEvent(new Event('error'))
    await settled()
    elements.find(({ playing, sinkId }) => playing && sinkId === 'box')!.dispatchEvent(new Event('error'))
    await settled()
    expect(heard()).toEqual(['headset'])
    expect(asked).toHaveLength(1)
  })

  it('rings with the other tone when that is asked for meanwhile', async () => {
    const { ring, elements } = phone()
    ring.play('bell')
    ring.play('harp')
    await settled()
    expect(elements.filter(({ playing }) => playing).map(({ src }) => src)).toEqual(['url of harp'])
  })

  it('is got ready without a sound, and rings with what is ready, from its beginning each time', async () => {
    const { ring, elements, heard } = phone()
    ring.use({ deviceIds: ['box', 'headset'], volume: 0.5 })
    ring.expect('bell')
    await settled()
    expect(elements.map(({ src, sinkId, played }) => ({ src, sinkId, played }))).toEqual([
      { src: 'url of bell', sinkId: '', played: false },
      { src: 'url of bell', sinkId: '', played: false },
    ])
    ring.play('bell')
    await settled()
    expect(heard()).toEqual(['box', 'headset'])
    expect(elements).toHaveLength(2)
  })

  it('rings on the default with the same element again, from the beginning of its sound', async () => {
    const { ring, elements } = phone()
    ring.expect('bell')
    await settled()
    for (const _time of [1, 2]) {
      ring.play('bell')
      await settled()
      ring.play(null)
    }
    expect(elements.map(({ begunAt }) => begunAt)).toEqual([[0, 0]])
  })

  it('rings in the same breath where its output is the default, and is rewound by then', async () => {
    const { ring, elements, heard } = phone()
    ring.expect('bell')
    await settled()
    ring.play('bell')
    expect(heard()).toEqual([''])
    ring.play(null)
    expect(elements[0]?.currentTime).toBeGreaterThan(0)
    ring.expect('bell')
    expect(elements[0]?.currentTime).toBe(0)
    ring.play('bell')
    ring.play('harp')
    expect(heard()).toEqual([])
    await settled()
    expect(heard()).toEqual([''])
  })

  it('notices that the output of the last ring has gone, and rings on the default', async () => {
    const { ring, heard } = phone()
    ring.use({ deviceIds: ['box'], volume: 1 })
    ring.expect('bell')
    await settled()
    ring.play('bell')
    await settled()
    expect(heard()).toEqual(['box'])
    ring.play(null)
    there.delete('box')
    ring.play('bell')
    await settled()
    expect(heard()).toEqual([''])
  })

  it('rings with another tone than the one that was got ready, and as loud as is wanted by then', async () => {
    const { ring, elements } = phone()
    ring.use({ deviceIds: ['box'], volume: 0.5 })
    ring.expect('bell')
    await settled()
    ring.play('harp')
    await settled()
    expect(elements.filter(({ playing }) => playing).map(({ src }) => src)).toEqual(['url of harp'])
    ring.play(null)
    ring.use({ deviceIds: ['box'], volume: 0.9 })
    ring.play('bell')
    await settled()
    expect(elements.filter(({ playing }) => playing)).toMatchObject([{ src: 'url of bell', volume: 0.9 }])
  })

  it('gets ready what is expected by now, where it is wished by now', async () => {
    const { ring, elements, heard } = phone()
    ring.use({ deviceIds: ['box'], volume: 1 })
    ring.expect('bell')
    ring.expect('harp')
    await settled()
    ring.use({ deviceIds: ['headset'], volume: 1 })
    ring.expect('harp')
    expect(elements.map(({ src }) => src)).toEqual(['url of harp', 'url of harp'])
    ring.expect(null)
    ring.play('harp')
    await settled()
    expect(elements).toHaveLength(3)
    expect(heard()).toEqual(['headset'])
  })

  it('makes another element where the one that was ready has broken meanwhile', async () => {
    const { ring, elements, heard, asked } = phone()
    ring.use({ deviceIds: ['box'], volume: 1 })
    ring.expect('bell')
    await settled()
    elements[0]!.dispatchEvent(new Event('error'))
    ring.play('bell')
    await settled()
    expect(elements).toHaveLength(2)
    expect(heard()).toEqual(['box'])
    expect(asked).toEqual([])
  })

  it('asks for a sound of its own once for each ring', async () => {
    const urlOf = vi.fn(async () => 'url')
    const ring = createRing({ createElement: () => new FakeAudio() } as unknown as Document, {
      urlOf,
      insteadOf: async () => 'other',
    })
    ring.play('bell')
    ring.play('bell')
    await settled()
    expect(urlOf).toHaveBeenCalledTimes(1)
  })
})
