import { describe, expect, it, vi } from 'vitest'
import { createSpeaker } from './speaker.ts'

/** A computer with these outputs, beside the default. */
function computer(...outputs: string[]) {
  const plugged = new Set(['', ...outputs])
  const asked: string[] = []
  const element = {
    sinkId: '',
    async setSinkId(id: string) {
      asked.push(id)
      if (!plugged.has(id)) throw new DOMException('', 'NotFoundError')
      element.sinkId = id
    },
  }
  const page = { createElement: () => element, body: { append: () => undefined } } as unknown as Document
  return { speaker: createSpeaker(page), element, plugged, asked }
}

describe('where the other person is heard', () => {
  it('moves to the chosen device, once', async () => {
    const { speaker, element, asked } = computer('box')
    speaker.use('box')
    speaker.use('box')
    await vi.waitFor(() => expect(element.sinkId).toBe('box'))
    expect(asked).toEqual(['box'])
    expect(speaker.isRefused()).toBe(false)
  })
  it('falls back to the default and says so, and tries again', async () => {
    const { speaker, element, plugged } = computer()
    speaker.use('box')
    await vi.waitFor(() => expect(speaker.isRefused()).toBe(true))
    expect(element.sinkId).toBe('')
    plugged.add('box')
    speaker.use('box')
    await vi.waitFor(() => expect(speaker.isRefused()).toBe(false))
    expect(element.sinkId).toBe('box')
  })
  it('ends where it was told last', async () => {
    const { speaker, element } = computer('one', 'two')
    speaker.use('one')
    speaker.use('two')
    speaker.use(null)
    await new Promise((next) => setTimeout(next))
    expect(element.sinkId).toBe('')
    expect(speaker.isRefused()).toBe(false)
  })
})
