import { describe, expect, it, vi } from 'vitest'
import type { CallId } from '../../contract/ids.ts'
import type { FrameCounts, FrameKeys } from '../../contract/link.ts'
import type { Push, ShellApi, Slice } from '../../contract/ipc.ts'
import type { VoiceProcessing } from '../../contract/settings.ts'
import type { PushName } from '../../contract/ipc-names.ts'
import { createCallMedia } from './call-media.ts'
import type { OutgoingTracks } from './fixed-transceivers.ts'
import type { FrameLayer, FrameLayerOptions } from './frame-layer.ts'
import { allProcessing } from './microphone.ts'
import type { FrameTestResult } from './frame-self-test.ts'
import { boundsOf } from './picture-quality.ts'
import type { PeerLink, PeerLinkOptions } from './peer-link.ts'

const callId = 'this-call' as CallId
const none = { audio: 0, video: 0, screen: 0 }
const noCounts: FrameCounts = { sealed: none, opened: none, refused: none, repeated: 0 }
const frames = (): FrameKeys => {
  const base = () => ({
    audio: new Uint8Array(32).fill(1),
    video: new Uint8Array(32).fill(2),
    screen: new Uint8Array(32).fill(3),
  })
  return { role: 'a', send: base(), receive: base(), padPictures: false }
}
const otherId = 'another-call' as CallId

class FakeTrack extends EventTarget {
  enabled = true
  muted = false
  readyState: 'live' | 'ended' = 'live'
  readonly kind: 'audio' | 'video'
  readonly deviceId: string
  constructor(kind: 'audio' | 'video', deviceId: string) {
    super()
    this.kind = kind
    this.deviceId = deviceId
  }
  getSettings(): MediaTrackSettings {
    return { deviceId: this.deviceId }
  }
  stop(): void {
    this.readyState = 'ended'
  }
  unplug(): void {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}
class FakeStream {
  readonly tracks: FakeTrack[]
  constructor(tracks: FakeTrack[]) {
    this.tracks = tracks
  }
  getTracks(): FakeTrack[] {
    return this.tracks
  }
}
vi.stubGlobal('MediaStream', FakeStream)

const certificate = {
  getFingerprints: () => [{ algorithm: 'sha-256', value: 'ab:cd' }],
} as unknown as RTCCertificate

function page(...trials: FrameTestResult[]) {
  const told: { name: string; payload: Record<string, unknown> }[] = []
  const listeners = new Map<PushName, (push: never) => void>()
  const opened: FakeTrack[] = []
  const screens: FakeTrack[] = []
  const links: {
    options: PeerLinkOptions
    tracks: OutgoingTracks[]
    bounds: unknown[]
    signals: unknown[]
    restarts: unknown[]
    destroyed: boolean
    report: ReadonlyMap<string, unknown> | null
  }[] = []
  const played: unknown[] = []
  const rings: unknown[] = []
  const expected: unknown[] = []
  const outputs: unknown[] = []
  const layers: { options: FrameLayerOptions; keys: FrameKeys[]; ended: boolean }[] = []
  /** What getUserMedia answers for a kind, when it is not a track. */
  const refused: { audio?: string; video?: string } = {}
  let held: Promise<unknown> = Promise.resolve()
  let asked = 0
  let looked = 0
  let reported = (): void => undefined
  const wanted: (MediaTrackConstraints | undefined)[] = []

  const shell = new Proxy({} as Record<string, unknown>, {
    get(_, name: string) {
      if (name === 'on') {
        return new Proxy({} as Record<string, unknown>, {
          get: (_target, push: PushName) => (listener: (push: never) => void) => {
            listeners.set(push, listener)
            return () => listeners.delete(push)
          },
        })
      }
      return async (payload: Record<string, unknown>) => {
        told.push({ name, payload })
        if (name === 'devices.report') reported()
        return { ok: false, code: 'not-ready' }
      }
    },
  }) as unknown as ShellApi

  async function getUserMedia(wantedNow: Record<'audio' | 'video', MediaTrackConstraints | undefined>) {
    asked++
    if (wantedNow.audio) wanted.push(wantedNow.audio)
    const kind = wantedNow.audio ? 'audio' : 'video'
    const exact = (wantedNow[kind]?.deviceId as { exact: string } | undefined)?.exact
    await held
    const refusal = refused[kind]
    if (refusal) throw new DOMException('', refusal)
    const track = new FakeTrack(kind, exact ?? 'default')
    opened.push(track)
    return new FakeStream([track]) as unknown as MediaStream
  }

  const tried = [...trials]
  const media = createCallMedia({
    shell,
    devices: {
      getUserMedia: getUserMedia as MediaDevices['getUserMedia'],
      async enumerateDevices() {
        looked++
        return []
      },
      addEventListener: () => undefined,
    },
    displays: {
      async getDisplayMedia() {
        const track = new FakeTrack('video', 'screen')
        screens.push(track)
        return { getVideoTracks: () => [track] } as unknown as MediaStream
      },
    },
    createCertificate: async () => certificate,
    createFrames(options): FrameLayer {
      const layer = { options, keys: [] as FrameKeys[], ended: false }
      layers.push(layer)
      return {
        use: (keys) => void layer.keys.push(keys),
        seal: () => undefined,
        open: () => undefined,
        counts: async () => noCounts,
        lateMs: () => 0,
        end: () => void (layer.ended = true),
      }
    },
    tryFrames: async () => tried.shift() ?? 'passed',
    createLink(options): PeerLink {
      const link = {
        options,
        tracks: [] as OutgoingTracks[],
        bounds: [] as unknown[],
        signals: [] as unknown[],
        restarts: [] as unknown[],
        destroyed: false,
        report: null as ReadonlyMap<string, unknown> | null,
      }
      links.push(link)
      return {
        signal: (signal) => void link.signals.push(signal),
        droppedSignals: () => 0,
        restart: (servers) => void link.restarts.push(servers),
        send: () => true,
        setTracks: async (tracks) => void link.tracks.push(tracks),
        stats: async () => link.report as RTCStatsReport | null,
        bound: (bounds) => void link.bounds.push(bounds),
        screenMid: () => null,
        gathering: () => 'new',
        destroy: () => void (link.destroyed = true),
      }
    },
    speaker: { play: (track) => void played.push(track), use: () => undefined, isRefused: () => true },
    tones: { play: () => undefined, use: () => undefined },
    ring: {
      play: (tone) => rings.push(tone),
      expect: (tone) => expected.push(tone),
      use: (output) => outputs.push(output),
    },
  })

  const app = { slice: 'app', version: 1, value: { frameTest: trials.length ? 'needed' : 'passed' } }
  listeners.get('view')?.(app as never)

  return {
    media,
    opened,
    screens,
    links,
    layers,
    played,
    rings,
    expected,
    outputs,
    refused,
    asked: () => asked,
    looked: () => looked,
    /** What was asked of each microphone. */
    wanted,
    /** Main's answer to a list of devices. */
    onReport: (then: () => void) => (reported = then),
    voice: (voice: Partial<VoiceProcessing>) => {
      const value = { voice: { ...allProcessing, ...voice }, ringTone: 'chime' }
      listeners.get('view')?.({ slice: 'settings', version: 2, value } as never)
    },
    /** After all that follows from what has happened. */
    settled: () => new Promise((done) => setTimeout(done)),
    hold: (until: Promise<unknown>) => (held = until),
    push: <N extends PushName>(name: N, push: Push<N>) => listeners.get(name)?.(push as never),
    told: (name: string) => told.filter((one) => one.name === name).map(({ payload }) => payload),
    prepare(video = false) {
      this.push('link.prepare', { callId, video, microphoneId: 'mic', cameraId: 'cam' })
      return vi.waitFor(() => expect(this.told('link.prepared')).toHaveLength(1))
    },
    open(keys = frames()) {
      const order: Push<'link.open'> = {
        callId,
        initiator: true,
        iceServers: [],
        relayOnly: false,
      }
      listeners.get('link.open')?.(order as never)
      listeners.get('link.keys')?.({ callId, frames: keys } as never)
    },
    tracks: (entries: Partial<Push<'link.tracks'>>) =>
      listeners.get('link.tracks')?.({
        callId,
        micOn: true,
        cameraOn: false,
        screenOn: false,
        microphoneId: 'mic',
        cameraId: 'cam',
        hear: true,
        ...entries,
      } as never),
  }
}

describe('the ring', () => {
  const devices = (...ring: (string | null)[]) => ({
    chosen: { speaker: { deviceId: null } },
    ring: ring.map((deviceId) => ({ wish: {}, deviceId })),
  })
  const incoming = (silenced: boolean) => ({ phase: 'incoming', silenced, tone: 'bell' })
  const show = (one: ReturnType<typeof page>, slice: Slice, value: object) =>
    one.push('view', { slice, version: 1, value } as unknown as Push<'view'>)
  const known = (one: ReturnType<typeof page>) => {
    show(one, 'devices', devices('box', null, 'desk'))
    show(one, 'settings', { ringVolume: 0.4, ringTone: 'harp' })
    show(one, 'ringing', { hush: null, namesHidden: false, rehearsal: null, own: [] })
  }

  it('begins only once it is known where and how loud', () => {
    const one = page()
    show(one, 'call', incoming(false))
    expect(one.rings).toEqual([])
    known(one)
    expect(one.outputs.at(-1)).toEqual({ deviceIds: ['box', 'desk'], volume: 0.4 })
    expect(one.rings.at(-1)).toBe('bell')
  })
  it('is got ready for the tone of everybody, and for none that has to be asked for', () => {
    const one = page()
    known(one)
    show(one, 'call', { phase: 'idle' })
    expect(one.expected.at(-1)).toBe('harp')
    show(one, 'settings', { ringVolume: 0.4, ringTone: 'own:0' })
    expect(one.expected.at(-1)).toBeNull()
    one.expected.length = 0
    show(one, 'call', incoming(false))
    expect(one.expected).toEqual([])
  })
  it('is never asked for by a call that is silent', () => {
    const one = page()
    known(one)
    show(one, 'call', incoming(true))
    show(one, 'devices', devices('box'))
    expect(one.rings.every((tone) => tone === null)).toBe(true)
  })
  it('rehearses outside a call, and lists the outputs while it may', async () => {
    const one = page()
    known(one)
    show(one, 'call', { phase: 'idle' })
    const before = one.told('devices.report').length
    show(one, 'ringing', { hush: null, namesHidden: false, rehearsal: 'harp', own: [] })
    expect(one.rings.at(-1)).toBe('harp')
    await vi.waitFor(() => expect(one.told('devices.report').length).toBeGreaterThan(before))
  })
})

describe('the media of a call', () => {
  it('opens the chosen microphone, keeps it switched off, and tells the certificate', async () => {
    const one = page()
    await one.prepare()
    expect(one.opened.map(({ kind, deviceId, enabled }) => [kind, deviceId, enabled])).toEqual([
      ['audio', 'mic', false],
    ])
    expect(one.told('link.prepared')).toEqual([
      { callId, ok: true, fingerprint: 'sha-256 AB:CD', cameraProblem: null },
    ])
  })
  it.each([
    ['NotAllowedError', 'mic-denied'],
    ['NotFoundError', 'mic-missing'],
    ['NotReadableError', 'mic-busy'],
  ])('says why there is no microphone: %s is %s', async (name, code) => {
    const one = page()
    one.refused.audio = name
    await one.prepare()
    expect(one.told('link.prepared')).toEqual([{ callId, ok: false, code }])
  })
  it('goes on without a camera and says why', async () => {
    const one = page()
    one.refused.video = 'NotReadableError'
    await one.prepare(true)
    expect(one.told('link.prepared')).toMatchObject([{ ok: true, cameraProblem: 'camera-busy' }])
  })
  it('lets sound out only when main says so, and keeps a mute through a change of devices', async () => {
    const one = page()
    await one.prepare()
    one.open()
    expect(one.opened[0]?.enabled).toBe(false)
    one.tracks({ micOn: true })
    expect(one.opened[0]?.enabled).toBe(true)
    one.tracks({ micOn: false, microphoneId: 'headset' })
    await vi.waitFor(() => expect(one.opened).toHaveLength(2))
    await vi.waitFor(() => expect(one.opened[0]?.readyState).toBe('ended'))
    expect(one.opened[1]).toMatchObject({ deviceId: 'headset', enabled: false })
    expect(one.links[0]?.tracks.at(-1)).toEqual({ audio: one.opened[1], video: null, screen: null })
  })
  it('takes the default microphone when the one in use is unplugged', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.tracks({})
    one.opened[0]?.unplug()
    await vi.waitFor(() => expect(one.opened).toHaveLength(2))
    await vi.waitFor(() => expect(one.links[0]?.tracks.at(-1)).toMatchObject({ audio: one.opened[1] }))
    expect(one.opened[1]).toMatchObject({ deviceId: 'default', enabled: true })
    expect(one.told('link.failed')).toEqual([])
  })
  it('opens the next wish, and not the default first, when main has named one meanwhile', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.tracks({ micOn: false })
    one.onReport(() => one.tracks({ micOn: false, microphoneId: 'next' }))
    one.opened[0]?.unplug()
    await vi.waitFor(() => expect(one.links[0]?.tracks.at(-1)).toMatchObject({ audio: { deviceId: 'next' } }))
    await one.settled()
    expect(one.opened.map(({ deviceId }) => deviceId)).toEqual(['mic', 'next'])
    expect(one.opened[1]).toMatchObject({ enabled: false, readyState: 'live' })
  })
  it('opens the same microphone once more when it is to sound otherwise, muted as it was', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.tracks({ micOn: false })
    one.voice({ noiseSuppression: false })
    await vi.waitFor(() => expect(one.links[0]?.tracks.at(-1)).toMatchObject({ audio: one.opened[1] }))
    expect(one.opened[0]?.readyState).toBe('ended')
    expect(one.opened[1]).toMatchObject({ deviceId: 'mic', enabled: false })
    expect(one.wanted.map((audio) => audio?.noiseSuppression)).toEqual([true, false])
    one.voice({ noiseSuppression: false })
    await one.settled()
    expect(one.opened).toHaveLength(2)
  })
  it('tells main of a microphone that is silent though it is on, and of a speaker that takes no sound', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.tracks({})
    one.links[0]!.report = new Map()
    one.links[0]!.options.onConnection('connected')
    one.opened[0]!.muted = true
    await vi.waitFor(
      () =>
        expect(one.told('link.measured').at(-1)).toMatchObject({
          sound: { microphone: 'muted', speakerRefused: true },
        }),
      3000,
    )
  })
  it('stays with the microphone it has when the one chosen in the call does not open', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.tracks({})
    one.refused.audio = 'NotReadableError'
    const before = one.asked()
    one.tracks({ microphoneId: 'taken' })
    await vi.waitFor(() => expect(one.asked()).toBe(before + 1))
    await one.settled()
    expect(one.links[0]?.tracks.at(-1)).toMatchObject({ audio: { deviceId: 'mic', readyState: 'live' } })
    expect(one.opened[0]).toMatchObject({ enabled: true, readyState: 'live' })
    expect(one.told('link.failed')).toEqual([])
  })
  it('tells main when no microphone is left', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.refused.audio = 'NotFoundError'
    one.opened[0]?.unplug()
    await vi.waitFor(() => expect(one.told('link.failed')).toEqual([{ callId, code: 'mic-missing' }]))
  })
  it('closes the camera when it is off and opens it again when it is on', async () => {
    const one = page()
    await one.prepare(true)
    one.open()
    one.tracks({ cameraOn: false })
    expect(one.opened[1]).toMatchObject({ kind: 'video', readyState: 'ended' })
    one.tracks({ cameraOn: true })
    await vi.waitFor(() => expect(one.opened).toHaveLength(3))
    await vi.waitFor(() => expect(one.links[0]?.tracks.at(-1)).toMatchObject({ video: one.opened[2] }))
    expect(one.opened[2]).toMatchObject({ kind: 'video', enabled: true })
  })
  it('SECURITY: gives the connection no track before main lets somebody be heard, and measures it then or when it failed', async () => {
    const one = page()
    await one.prepare(true)
    one.open()
    const [link] = one.links
    link!.report = new Map()
    link!.options.onConnection('connecting')
    link!.options.onConnection('connected')
    await Promise.resolve()
    expect(link!.tracks.at(-1)).toEqual({ audio: null, video: null, screen: null })
    expect(one.told('link.measured')).toEqual([])
    one.tracks({ cameraOn: true, cameraId: null })
    await vi.waitFor(() => expect(link!.tracks.at(-1)?.video).not.toBeNull())
    expect(link!.tracks.at(-1)?.audio).toBe(one.opened[0])
    link!.options.onConnection('failed')
    await vi.waitFor(() => expect(one.told('link.measured')).toHaveLength(1))
  })
  it('drops what belongs to another call', async () => {
    const one = page()
    await one.prepare()
    one.push('link.tracks', {
      callId: otherId,
      micOn: true,
      cameraOn: true,
      screenOn: true,
      hear: true,
      microphoneId: null,
      cameraId: null,
    })
    one.push('link.open', {
      callId: otherId,
      initiator: true,
      iceServers: [],
      relayOnly: false,
    })
    one.push('link.keys', { callId: otherId, frames: frames() })
    one.push('link.close', { callId: otherId })
    expect(one.opened).toHaveLength(1)
    expect(one.opened[0]).toMatchObject({ enabled: false, readyState: 'live' })
    expect(one.links).toEqual([])
  })
  it('keeps the signals that come before the link, for the link', async () => {
    const one = page()
    await one.prepare()
    const signal = { type: 'offer', sdp: 'v=0' } as const
    one.push('link.signal', { callId, signal })
    one.open()
    expect(one.links[0]?.signals).toEqual([signal])
  })
  it('restarts the link of this call alone, with the servers that main names', async () => {
    const one = page()
    await one.prepare()
    const iceServers = [{ urls: ['turn:relay.example.org'], username: 'u', credential: 'c' }]
    one.push('link.restart', { callId, iceServers })
    one.open()
    one.push('link.restart', { callId: otherId, iceServers: [] })
    one.push('link.restart', { callId, iceServers })
    expect(one.links[0]?.restarts).toEqual([iceServers])
  })
  it('tells main at once that the sound has stopped, and that it is back, before the transport notices', async () => {
    const one = page()
    await one.prepare()
    one.open()
    const [link] = one.links
    link!.report = new Map()
    const connections = () => one.told('link.measured').map(({ connection }) => connection)
    one.tracks({})
    link!.options.onConnection('connected')
    await vi.waitFor(() => expect(connections()).toEqual(['connected']))
    one.layers[0]!.options.onSound?.(false)
    await vi.waitFor(() => expect(connections()).toEqual(['connected', 'stalled']))
    link!.options.onConnection('interrupted')
    await vi.waitFor(() => expect(connections().at(-1)).toBe('interrupted'))
    one.layers[0]!.options.onSound?.(true)
    await vi.waitFor(() => expect(connections().at(-1)).toBe('connected'))
  })
  it('stops everything at once when the call is over', async () => {
    const one = page()
    await one.prepare(true)
    one.open()
    one.tracks({ cameraOn: true })
    one.links[0]?.options.onRemoteTrack(
      new FakeTrack('audio', 'peer') as unknown as MediaStreamTrack,
      'audio',
    )
    one.links[0]?.options.onRemoteTrack(
      new FakeTrack('video', 'peer') as unknown as MediaStreamTrack,
      'video',
    )
    const shown: boolean[] = []
    one.media.subscribe(({ local, remote }) => shown.push(local !== null, remote !== null))
    one.push('link.close', { callId })
    expect(one.opened.map(({ readyState }) => readyState)).toEqual(['ended', 'ended'])
    expect(one.links[0]?.destroyed).toBe(true)
    expect(one.played.at(-1)).toBeNull()
    expect(shown).toEqual([true, true, false, false])
  })
  it('calls nobody from a computer that cannot encrypt, and says so', async () => {
    const one = page('failed')
    await one.prepare()
    expect(one.told('frames.tested')).toEqual([{ passed: false }])
    expect(one.told('link.prepared')).toEqual([{ callId, ok: false, code: 'frames-failed' }])
    expect(one.opened[0]?.readyState).toBe('ended')
  })
  it('tries the encryption out before the first call, and main knows before the call goes on', async () => {
    const one = page('unknown', 'passed')
    await one.prepare()
    expect(one.told('frames.tested')).toEqual([{ passed: true }])
    expect(one.told('link.prepared')).toMatchObject([{ ok: true }])
  })
  it('gives the link the keys of main, and ends the encryption with the call', async () => {
    const one = page()
    await one.prepare()
    const keys = frames()
    one.open(keys)
    expect(one.layers[0]?.keys).toEqual([keys])
    expect(one.links[0]?.options.frames).toBeDefined()
    one.push('link.close', { callId })
    expect(one.layers[0]?.ended).toBe(true)
  })
  it('makes a certificate and starts the encryption while it rings, and opens nothing', async () => {
    const one = page()
    one.push('link.warm', { callId })
    await vi.waitFor(() =>
      expect(one.told('link.certified')).toEqual([{ callId, fingerprint: 'sha-256 AB:CD' }]),
    )
    expect([one.asked(), one.opened, one.links, one.layers.length]).toEqual([0, [], [], 1])
    await one.prepare()
    // One for the call, whatever it was got ready by.
    expect([one.layers.length, one.told('link.certified').length]).toEqual([1, 1])
    expect(one.layers[0]?.ended).toBe(false)
  })
  it('looks at the devices while it rings here, and not before somebody calls', async () => {
    vi.useFakeTimers()
    try {
      const one = page()
      const before = one.looked()
      one.push('link.warm', { callId })
      await vi.advanceTimersByTimeAsync(5_000)
      expect(one.looked()).toBe(before)
      one.push('view', { slice: 'call', version: 1, value: { phase: 'incoming' } } as unknown as Push<'view'>)
      one.push('link.warm', { callId })
      await vi.advanceTimersByTimeAsync(5_000)
      expect(one.looked()).toBeGreaterThan(before)
    } finally {
      vi.useRealTimers()
    }
  })
  it('makes everything anew for another link of the same call', async () => {
    const one = page()
    await one.prepare()
    one.push('link.prepare', { callId, video: false, microphoneId: 'mic', cameraId: 'cam' })
    expect([one.layers.length, one.layers[0]?.ended]).toEqual([2, true])
    await vi.waitFor(() => expect(one.told('link.certified')).toHaveLength(2))
  })
  it('makes its connection before there are keys, and another in its place when main says so', async () => {
    const one = page()
    await one.prepare()
    const order = { callId, initiator: true, iceServers: [], relayOnly: false }
    one.push('link.open', order)
    expect([one.links.length, one.layers[0]?.keys]).toEqual([1, []])
    one.push('link.open', { ...order, relayOnly: true })
    expect(one.links.map(({ destroyed, options }) => [destroyed, options.relayOnly])).toEqual([
      [true, false],
      [false, true],
    ])
  })
  it('tells main that a call cannot be encrypted whose worker has died while it rang', async () => {
    const one = page()
    await one.prepare()
    one.layers[0]?.options.onFailed('setup')
    const keys = frames()
    one.open(keys)
    expect(one.links).toEqual([])
    expect(one.told('link.failed').at(-1)).toEqual({ callId, code: 'frames-failed' })
    expect([...keys.send.audio].every((byte) => byte === 0)).toBe(true)
  })
  it('erases keys that it has no use for', async () => {
    const one = page()
    await one.prepare()
    one.open()
    const late = frames()
    one.open(late)
    expect(one.layers).toHaveLength(1)
    expect([...late.send.audio, ...late.receive.screen].every((byte) => byte === 0)).toBe(true)
  })
  it.each([
    ['setup', 'frames-failed'],
    ['lost', 'link-failed'],
  ] as const)('tells main when the encryption fails (%s)', async (when, code) => {
    const one = page()
    await one.prepare()
    one.open()
    one.layers[0]?.options.onFailed(when)
    expect(one.told('link.failed')).toEqual([{ callId, code }])
  })
  it('plays nothing of the peer before main says so, nor when it takes that back', async () => {
    const one = page()
    await one.prepare()
    one.open()
    const [audio, video] = [new FakeTrack('audio', 'peer'), new FakeTrack('video', 'peer')]
    const pictures: boolean[] = []
    one.media.subscribe(({ remote }) => pictures.push(remote !== null))
    for (const track of [audio, video])
      one.links[0]?.options.onRemoteTrack(track as unknown as MediaStreamTrack, track.kind)
    // Attached, so that the speaker has started, and disabled.
    expect([one.played.at(-1), audio.enabled]).toEqual([audio, false])
    expect(pictures).not.toContain(true)
    one.tracks({})
    expect([audio.enabled, pictures.at(-1)]).toEqual([true, true])
    one.tracks({ hear: false })
    expect([audio.enabled, pictures.at(-1)]).toEqual([false, false])
    one.tracks({})
    expect([audio.enabled, pictures.at(-1)]).toEqual([true, true])
  })
  it('sends pictures smaller where the network is poor, says so, and smaller still for whoever saves data', async () => {
    const one = page()
    await one.prepare(true)
    one.open()
    one.tracks({ cameraOn: true })
    const link = one.links[0]!
    const held: boolean[] = []
    one.media.subscribe((streams) => held.push(streams.held))
    const clock = vi.spyOn(performance, 'now')
    const measureAt = async (nowMs: number) => {
      clock.mockReturnValue(nowMs)
      link.options.onConnection('connected')
      await one.settled()
    }
    link.report = new Map()
    await measureAt(0)
    expect([link.bounds.at(-1), held.at(-1)]).toEqual([boundsOf('full', false), false])
    link.report = new Map([['s', { id: 's', type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.5 }]])
    await measureAt(1_000)
    await measureAt(5_000)
    expect([link.bounds.at(-1), held.at(-1)]).toEqual([boundsOf('less', false), true])
    const settings = { voice: allProcessing, dataSaver: true, ringTone: 'chime' }
    one.push('view', { slice: 'settings', version: 3, value: settings } as unknown as Push<'view'>)
    await measureAt(5_500)
    expect(link.bounds.at(-1)).toEqual(boundsOf('less', true))
    clock.mockRestore()
  })
  it('opens a screen when main says so, once, and gives it its own line', async () => {
    const one = page()
    await one.prepare()
    one.open()
    one.tracks({ screenOn: true })
    one.tracks({ screenOn: true, micOn: false })
    await vi.waitFor(() => expect(one.told('link.screen')).toEqual([{ callId, state: 'on' }]))
    expect(one.screens).toHaveLength(1)
    expect(one.links[0]!.tracks.at(-1)).toMatchObject({ video: null, screen: one.screens[0] })
    one.tracks({ screenOn: false })
    expect(one.screens[0]!.readyState).toBe('ended')
    expect(one.links[0]!.tracks.at(-1)).toMatchObject({ screen: null })
    one.tracks({ screenOn: true })
    await vi.waitFor(() => expect(one.screens).toHaveLength(2))
    one.push('link.close', { callId })
    await vi.waitFor(() => expect(one.screens[1]!.readyState).toBe('ended'))
  })
  it('closes a microphone that opens after the call is over', async () => {
    const one = page()
    const { promise, resolve } = Promise.withResolvers<null>()
    one.hold(promise)
    one.push('link.prepare', { callId, video: false, microphoneId: null, cameraId: null })
    one.push('link.close', { callId })
    resolve(null)
    await vi.waitFor(() => expect(one.opened[0]?.readyState).toBe('ended'))
    expect(one.told('link.prepared')).toEqual([])
  })
})
