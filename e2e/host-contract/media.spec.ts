// The host contract's third part: microphone, camera, screen and calls, and the app's word in them.
import { expect, test, type Running, type SampleWindow } from './sample.ts'

const capture = (running: Running, constraints: MediaStreamConstraints) =>
  running.page.evaluate(
    (constraints) =>
      navigator.mediaDevices.getUserMedia(constraints).then(
        (stream) =>
          stream
            .getTracks()
            .map((track) => `${track.kind} ${track.readyState}`)
            .sort()
            .join(', '),
        (error: DOMException) => error.name,
      ),
    constraints,
  )

test('microphone and camera open when the app grants them', async ({ launch }) => {
  const running = await launch()
  expect(await capture(running, { audio: true, video: true })).toBe('audio live, video live')
  const devices = await running.page.evaluate(async () =>
    (await navigator.mediaDevices.enumerateDevices())
      .filter(({ label }) => label !== '')
      .map(({ kind }) => kind),
  )
  expect(devices).toEqual(expect.arrayContaining(['audioinput', 'audiooutput', 'videoinput']))
  const questions = await running.main((_electron, sample) => sample.questions)
  expect(questions).toEqual([
    ['request', 'media', expect.arrayContaining(['audio', 'video']), 'app://bundle/index.html'],
  ])
})

test('microphone and camera stay shut when the app refuses, and open when it thinks again', async ({
  launch,
}) => {
  const running = await launch()
  await running.main((_electron, sample) => void (sample.allowMedia = false))
  expect(await capture(running, { audio: true })).toBe('NotAllowedError')
  expect(await capture(running, { video: true })).toBe('NotAllowedError')
  await running.main((_electron, sample) => void (sample.allowMedia = true))
  expect(await capture(running, { audio: true })).toBe('audio live')
})

test('devices show their names only while the app allows it, and what is open stays open', async ({
  launch,
}) => {
  const running = await launch()
  const names = () =>
    running.page.evaluate(async () =>
      (await navigator.mediaDevices.enumerateDevices())
        .map(({ label }) => label)
        .filter((label) => label !== ''),
    )
  await running.page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
    Object.assign(window, { tracks: stream.getTracks() })
  })
  expect(await names()).not.toEqual([])
  await running.main((_electron, sample) => void (sample.checkMedia = false))
  expect(await names()).toEqual([])
  const states = () =>
    running.page.evaluate(() =>
      (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map(({ readyState }) => readyState),
    )
  const camera = await running.page.evaluate(async () => {
    return (await navigator.permissions.query({ name: 'camera' })).state
  })
  expect(camera).toBe('denied')
  expect(await states()).toEqual(['live', 'live'])
})

test('other permissions are the app’s to refuse as well', async ({ launch }) => {
  const running = await launch()
  const answers = await running.page.evaluate(async () => ({
    notifications: await Notification.requestPermission(),
    clipboard: await navigator.clipboard.readText().then(
      () => 'read',
      (error: DOMException) => error.name,
    ),
    position: await new Promise((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('found'),
        (error) => resolve(error.code),
      ),
    ),
    camera: (await navigator.permissions.query({ name: 'camera' })).state,
    midi: await navigator.requestMIDIAccess().then(
      () => 'open',
      (error: DOMException) => error.name,
    ),
  }))
  expect(answers).toEqual({
    notifications: 'denied',
    clipboard: 'NotAllowedError',
    position: 1,
    camera: 'granted',
    midi: 'NotAllowedError',
  })
})

test('the screen is shared when the app names one, and not when it does not', async ({ launch }) => {
  const running = await launch()
  const share = async () => {
    await running.page.locator('#share').click()
    return running.page.evaluate(() => (window as unknown as SampleWindow).shared)
  }
  expect(await share()).toBe('live')
  await running.main((_electron, sample) => void (sample.displayMedia = false))
  expect(await share()).toBe('NotAllowedError')
})

test('two apps at once hold a call, and go on when one is hidden', async ({ launch }) => {
  const [alice, bob] = await Promise.all([launch(), launch()])
  const offer = await alice.page.evaluate(async () => {
    const link = new RTCPeerConnection()
    Object.assign(window, { link })
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    for (const track of stream.getTracks()) link.addTrack(track, stream)
    await link.setLocalDescription()
    await new Promise((resolve) => {
      link.onicegatheringstatechange = () => link.iceGatheringState === 'complete' && resolve(null)
    })
    return link.localDescription!.toJSON()
  })
  const answer = await bob.page.evaluate(async (offer) => {
    const link = new RTCPeerConnection()
    Object.assign(window, { link })
    link.ontrack = ({ streams }) => {
      const speaker = Object.assign(new Audio(), { srcObject: streams[0]! })
      void speaker.play()
    }
    await navigator.mediaDevices.getUserMedia({ audio: true })
    await link.setRemoteDescription(offer)
    await link.setLocalDescription()
    await new Promise((resolve) => {
      link.onicegatheringstatechange = () => link.iceGatheringState === 'complete' && resolve(null)
    })
    return link.localDescription!.toJSON()
  }, offer)
  await alice.page.evaluate(
    (answer) => (window as unknown as { link: RTCPeerConnection }).link.setRemoteDescription(answer),
    answer,
  )
  const energy = () =>
    bob.page.evaluate(async () => {
      const { link } = window as unknown as { link: RTCPeerConnection }
      const stats = [...(await link.getStats()).values()] as { type: string; totalAudioEnergy?: number }[]
      return stats.find(({ type }) => type === 'inbound-rtp')?.totalAudioEnergy ?? 0
    })
  await expect.poll(energy).toBeGreaterThan(0)
  await bob.main((_electron, { window }) => window.hide())
  const before = await energy()
  await expect.poll(energy).toBeGreaterThan(before)
})

test('connections look at the addresses that the app lets them, from the next one on', async ({ launch }) => {
  const running = await launch()
  // With the microphone allowed, addresses are named.
  expect(await capture(running, { audio: true })).toBe('audio live')
  const gathered = () =>
    running.main((_electron, { window }) =>
      window.webContents.executeJavaScript(`(async () => {
        const link = new RTCPeerConnection()
        const found = []
        link.onicecandidate = ({ candidate }) => candidate?.candidate && found.push(candidate)
        link.createDataChannel('x')
        await link.setLocalDescription()
        if (link.iceGatheringState !== 'complete')
          await new Promise((done) => {
            link.onicegatheringstatechange = () => link.iceGatheringState === 'complete' && done()
          })
        link.close()
        return found.map(({ protocol, type }) => protocol + ' ' + type)
      })()`),
    ) as Promise<string[]>
  const under = async (policy: Parameters<Electron.WebContents['setWebRTCIPHandlingPolicy']>[0]) => {
    const source = `(_electron, { window }) => {
      window.webContents.setWebRTCIPHandlingPolicy(${JSON.stringify(policy)})
      return window.webContents.getWebRTCIPHandlingPolicy()
    }`
    expect(await running.main(source as never)).toBe(policy)
    return gathered()
  }
  expect(await gathered()).toContain('tcp host')
  expect(await under('default_public_interface_only')).toEqual([])
  const byDefaultRoute = await under('default_public_and_private_interfaces')
  expect(byDefaultRoute).toContain('udp host')
  expect(byDefaultRoute).not.toContain('tcp host')
  expect(await under('default')).toContain('tcp host')
})
