import { describe, expect, it } from 'vitest'
import { openCamera } from './camera.ts'
import { problemOf } from './media-problem.ts'
import { openMicrophone } from './microphone.ts'
import type { Capture } from './open-track.ts'

/** A computer with the microphone `desk` and the default; `taken` is in use by somebody else. */
function computer() {
  const asked: MediaStreamConstraints[] = []
  const capture = {
    async getUserMedia(wanted: MediaStreamConstraints) {
      asked.push(wanted)
      const { deviceId } = (wanted.audio ?? wanted.video) as MediaTrackConstraints
      const id = (deviceId as { exact: string } | undefined)?.exact
      if (id === 'taken') throw new DOMException('', 'NotReadableError')
      if (id !== undefined && id !== 'desk') throw new DOMException('', 'OverconstrainedError')
      return { getTracks: () => [{ enabled: true, id: id ?? 'default' }] }
    },
  } as unknown as Capture
  return { capture, asked }
}

describe('opening a device', () => {
  it('opens the one that was chosen, with echo cancellation, and switched off', async () => {
    const { capture, asked } = computer()
    expect(await openMicrophone(capture, 'desk')).toEqual({ enabled: false, id: 'desk' })
    expect(asked).toEqual([
      {
        audio: {
          deviceId: { exact: 'desk' },
          echoCancellation: true,
          noiseSuppression: true,
          autoGainControl: true,
        },
      },
    ])
  })
  it('takes the default where the chosen one is not plugged in', async () => {
    const { capture, asked } = computer()
    expect(await openMicrophone(capture, 'gone')).toEqual({ enabled: false, id: 'default' })
    expect(asked).toHaveLength(2)
  })
  it('does not go to another device because the chosen one is busy', async () => {
    const { capture, asked } = computer()
    await expect(openCamera(capture, 'taken')).rejects.toThrow(DOMException)
    expect(asked).toHaveLength(1)
  })
})

describe('why a device does not open', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'missing'],
    ['OverconstrainedError', 'missing'],
    ['NotReadableError', 'busy'],
    ['AbortError', 'busy'],
  ])('%s: %s', (name, problem) => {
    expect(problemOf(new DOMException('', name))).toBe(problem)
  })
})
