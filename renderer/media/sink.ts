// Sends the sound of an element to a device.

/**
 * Null is the system's default, which is also where sound goes when the device does not take it: a call that is
 * heard from the wrong box is better than one that is not heard.
 */
export async function sendTo(element: HTMLMediaElement, deviceId: string | null): Promise<void> {
  const wanted = deviceId ?? ''
  if (element.sinkId === wanted) return
  const taken = await element.setSinkId(wanted).then(
    () => element.sinkId === wanted,
    () => false,
  )
  if (!taken && wanted !== '') await element.setSinkId('').catch(() => undefined)
}
