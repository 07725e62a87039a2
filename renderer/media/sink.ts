// Sends the sound of an element to a device.

/** Whether the device takes it; '' is the system's default. Never rejects. */
export async function takesSink(element: HTMLMediaElement, deviceId: string): Promise<boolean> {
  if (element.sinkId === deviceId) return true
  return element.setSinkId(deviceId).then(
    () => element.sinkId === deviceId,
    () => false,
  )
}

/**
 * Null is the system's default, which is also where sound goes when the device does not take it: a call that is
 * heard from the wrong box is better than one that is not heard. False when the device did not take it.
 */
export async function sendTo(element: HTMLMediaElement, deviceId: string | null): Promise<boolean> {
  const wanted = deviceId ?? ''
  const taken = await takesSink(element, wanted)
  if (!taken && wanted !== '') await element.setSinkId('').catch(() => undefined)
  return taken
}
