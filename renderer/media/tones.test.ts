import { describe, expect, it, vi } from 'vitest'
import { createTones } from './tones.ts'

class FakeAudio {
  src = ''
  loop = false
  volume = 1
  currentTime = 0
  sinkId = ''
  playing = false
  async setSinkId(id: string): Promise<void> {
    this.sinkId = id
  }
  async play(): Promise<void> {
    this.playing = true
  }
  pause(): void {
    this.playing = false
  }
}

function phone() {
  let made = 0
  vi.stubGlobal('URL', { createObjectURL: () => `blob:${++made}` })
  const elements: FakeAudio[] = []
  const tones = createTones({
    createElement() {
      const element = new FakeAudio()
      elements.push(element)
      return element
    },
  } as unknown as Document)
  tones.use('headset')
  const heard = () => elements.filter(({ playing }) => playing)
  return { tones, elements, heard, heardOne: () => vi.waitFor(() => expect(heard()).toHaveLength(1)) }
}

describe('the tones', () => {
  it('are heard where people are', async () => {
    const { tones, heard, heardOne } = phone()
    tones.play('busy')
    await heardOne()
    expect(heard()[0]).toMatchObject({ loop: false, sinkId: 'headset', volume: 1 })
  })
  it('is silent at once', async () => {
    const { tones, heard, heardOne } = phone()
    tones.play('ring-back')
    await heardOne()
    tones.play(null)
    expect(heard()).toEqual([])
  })
  it('does not begin when it is over before its device is ready', async () => {
    const { tones, elements, heard } = phone()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    vi.spyOn(FakeAudio.prototype, 'setSinkId').mockReturnValueOnce(promise)
    tones.play('ring-back')
    tones.play(null)
    resolve(undefined)
    await promise
    await new Promise((done) => setTimeout(done))
    expect(elements).toHaveLength(1)
    expect(heard()).toEqual([])
  })
  it('lets a tone that has ended rest, and plays it from the start the next time', async () => {
    const { tones, elements, heard, heardOne } = phone()
    tones.play('ended')
    await heardOne()
    const [element] = elements
    element!.playing = false
    element!.currentTime = 0.4
    tones.play('ended')
    expect(heard()).toEqual([])
    tones.play(null)
    tones.play('ended')
    await heardOne()
    expect(element!.currentTime).toBe(0)
    expect(elements).toHaveLength(1)
  })
  it('follows the device while it plays, on and on', async () => {
    const { tones, heard, heardOne } = phone()
    tones.play('ring-back')
    await heardOne()
    expect(heard()[0]).toMatchObject({ loop: true })
    tones.use(null)
    await vi.waitFor(() => expect(heard()[0]).toMatchObject({ sinkId: '' }))
  })
})
