import { describe, expect, it } from 'vitest'
import { sendTo } from './sink.ts'

/** An element whose computer has the device `headset` and the default; `deaf` ones take nothing and do not say so. */
function element({ deaf = false } = {}) {
  const asked: string[] = []
  const fake = {
    asked,
    sinkId: '',
    async setSinkId(id: string) {
      asked.push(id)
      if (id !== '' && id !== 'headset') throw new DOMException('', 'NotFoundError')
      if (!deaf) fake.sinkId = id
    },
  }
  return fake
}
const send = (fake: ReturnType<typeof element>, deviceId: string | null) =>
  sendTo(fake as unknown as HTMLMediaElement, deviceId)

describe('sending sound to a device', () => {
  it('uses the device, and does not ask again for the one in use', async () => {
    const one = element()
    await send(one, 'headset')
    await send(one, 'headset')
    expect(one).toMatchObject({ sinkId: 'headset', asked: ['headset'] })
  })
  it('goes back to the default of the system', async () => {
    const one = element()
    await send(one, 'headset')
    await send(one, null)
    expect(one.sinkId).toBe('')
  })
  it('is heard from the default when the device is gone', async () => {
    const one = element()
    await send(one, 'headset')
    await send(one, 'unplugged')
    expect(one).toMatchObject({ sinkId: '', asked: ['headset', 'unplugged', ''] })
  })
  it('is heard from the default when the device did not take the sound though nothing failed', async () => {
    const one = element({ deaf: true })
    await send(one, 'headset')
    expect(one.asked).toEqual(['headset', ''])
  })
})
