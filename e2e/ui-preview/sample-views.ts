// Sample truths for the screens: what main could say. Nobody in here exists.
import type {
  AddressNotice,
  CallView,
  CallWarning,
  LinkFacts,
  PeerView,
  TrustView,
} from '../../contract/call-view.ts'
import { noSharing } from '../../contract/call-view.ts'
import type { Address, CallId } from '../../contract/ids.ts'
import type { ChosenDevice, ContactView, HistoryEntry, Views } from '../../contract/ipc.ts'

const address = (letter: string): Address =>
  `${letter}2lk7qhr4w5tzmnv3cyxj6bdpsaeo7ufgi4h`.repeat(2).slice(0, 56) as Address
const callId = 'AAAAAAAAAAAAAAAAAAAAAA' as CallId
const fingerprint = (byte: string): string => `sha-256 ${Array.from({ length: 32 }, () => byte).join(':')}`
/** A fixed noon, so that pictures of two days can be compared. */
export const sampleNowMs = new Date(2026, 10, 20, 12).getTime()
const hourMs = 3_600_000

const longName = `${'Wolfeschlegelsteinhausenbergerdorff '.repeat(3)}the Third`
export const hostileName = '<img src=x onerror=alert(1)>\u202Eevil\u202C'

/** As long and as awkward as main lets one through. */
export const hostileNote = `<b>call</b> https://example.org/${'x'.repeat(90)} and ${'wait '.repeat(6)}`

const contact = (
  letter: string,
  name: string,
  trust: TrustView,
  server: string | null = null,
  online: boolean | null = null,
): ContactView => ({
  address: address(letter),
  name,
  server,
  trust,
  addedAtMs: sampleNowMs - 100 * hourMs,
  tone: null,
  favourite: false,
  online,
})

export const contacts = {
  ada: contact(
    'a',
    'Ada Lovelace',
    { state: 'V2', how: 'sas', atMs: sampleNowMs - 300 * hourMs },
    null,
    true,
  ),
  bob: contact('b', 'Bob', { state: 'V1' }),
  long: contact('c', longName, { state: 'V1' }, 'https://a-rather-long-server-name.calls.example.org', true),
  rtl: contact('d', 'مريم الإسطرلابية', { state: 'V1' }),
  hostile: contact('e', hostileName, { state: 'X', cause: 'mismatch', atMs: sampleNowMs - 20 * hourMs }),
}

export const blocked = {
  bob: { address: contacts.bob.address, name: 'Bob', atMs: sampleNowMs - 30 * hourMs },
  stranger: { address: address('x'), name: null, atMs: sampleNowMs - 50 * hourMs },
  long: { address: contacts.long.address, name: longName, atMs: sampleNowMs - 90 * hourMs },
}

function entry(id: number, with_: Partial<HistoryEntry> & { hoursAgo: number }): HistoryEntry {
  const { hoursAgo, ...rest } = with_
  return {
    id: String(id),
    address: contacts.bob.address,
    name: 'Bob',
    direction: 'in',
    outcome: 'talked',
    video: false,
    atMs: sampleNowMs - hoursAgo * hourMs,
    durationMs: 187_000,
    seen: true,
    ...rest,
  }
}
const history: HistoryEntry[] = [
  entry(1, { hoursAgo: 1, outcome: 'missed', durationMs: 0, seen: false }),
  entry(2, { hoursAgo: 2, outcome: 'missed', address: address('x'), name: null, durationMs: 0, seen: false }),
  entry(3, {
    hoursAgo: 3,
    name: 'Ada Lovelace',
    address: contacts.ada.address,
    direction: 'out',
    video: true,
    durationMs: 3_920_000,
  }),
  entry(4, { hoursAgo: 20, outcome: 'no-answer', direction: 'out', durationMs: 0 }),
  entry(5, {
    hoursAgo: 26,
    outcome: 'declined',
    name: longName,
    address: contacts.long.address,
    durationMs: 0,
  }),
  entry(9, {
    hoursAgo: 28,
    outcome: 'declined',
    direction: 'out',
    durationMs: 0,
    note: hostileNote,
  }),
  entry(6, { hoursAgo: 30, outcome: 'altered', direction: 'out', durationMs: 0 }),
  entry(7, { hoursAgo: 90, outcome: 'failed', direction: 'out', durationMs: 0 }),
  entry(8, { hoursAgo: 91, outcome: 'busy', direction: 'out', durationMs: 0 }),
]

const device = (kind: MediaDeviceKind, label: string) => ({
  deviceId: label.toLowerCase(),
  kind,
  label,
  groupId: 'one',
})
const none: ChosenDevice = {
  wish: null,
  wishes: [],
  deviceId: null,
  isDefault: true,
  label: '',
  missing: false,
  handsFree: null,
}
const gone = { deviceId: 'gone', label: 'Studio microphone' }
const speakers = { deviceId: 'speakers', label: 'Speakers' }

export const ready: Views = {
  app: {
    version: '0.1.0',
    profile: null,
    stage: 'ready',
    passphraseNeeded: false,
    frameTest: 'passed',
    contentProtection: null,
    lock: {
      passphrase: false,
      keyring: 'gnome_libsecret',
      recorded: 'gnome_libsecret',
      passwordStore: 'gnome-libsecret',
    },
    setAside: [],
  },
  identity: {
    address: address('m'),
    link: `earshot:${address('m')}?server=https%3A%2F%2Fcalls.example.org&name=Mary`,
    successorLink: null,
  },
  server: {
    url: 'https://calls.example.org',
    channelBinding: true,
    state: 'online',
    code: null,
    hosting: 'off',
    guests: 0,
  },
  relay: { own: null },
  contacts: Object.values(contacts),
  blocked: [],
  history,
  call: { phase: 'idle' },
  chat: null,
  warnings: { calls: [], codesTried: false },
  devices: {
    available: [
      device('audioinput', 'Built-in microphone'),
      device('audioinput', 'Headset microphone'),
      device('videoinput', 'Front camera'),
      device('audiooutput', 'Speakers'),
    ],
    chosen: {
      microphone: { ...none, wish: gone, wishes: [gone], missing: true },
      camera: none,
      speaker: {
        ...none,
        wish: speakers,
        wishes: [speakers],
        deviceId: 'speakers',
        isDefault: false,
        label: 'Speakers',
      },
    },
    ring: [],
    moves: [],
  },
  settings: {
    language: 'system',
    spokenLanguage: 'en',
    name: 'Mary Somerville',
    ringTone: 'chime',
    voice: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    ringVolume: 0.8,
    theme: 'system',
    moreContrast: false,
    whoMayRing: 'anyone',
    presence: false,
    availability: 'available',
    quietHours: { on: false, days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 1320, toMinute: 420 },
    favouritesThrough: false,
    padPictures: false,
    hideNamesWhenLocked: false,
    dataSaver: false,
    mirrorOwn: true,
    relay: { use: 'automatic', directToVerified: true },
    pushToTalk: false,
    globalMute: false,
    startAtLogin: false,
    forgetCalls: false,
    tourSeen: true,
  },
  ringing: { hush: null, namesHidden: false, rehearsal: null, own: [] },
  control: {
    talk: 'up',
    globalMute: 'off',
    globalMuteKey: 'CommandOrControl+Alt+Shift+M',
    startAtLoginFailed: false,
  },
}

export const empty: Views = { ...ready, contacts: [], history: [] }

export const firstRun: Views = {
  ...empty,
  app: {
    ...ready.app,
    stage: 'first-run',
    passphraseNeeded: true,
    lock: { passphrase: false, keyring: null, recorded: null, passwordStore: null },
  },
  identity: null,
  server: { url: null, channelBinding: false, state: 'none', code: null, hosting: 'off', guests: 0 },
  settings: { ...ready.settings, name: '', tourSeen: false },
}

const peer = (of: Partial<PeerView>): PeerView => ({
  address: contacts.bob.address,
  name: 'Bob',
  claimedName: null,
  clash: null,
  vouchedFor: null,
  trust: { state: 'V1' },
  ...of,
})
export const peers = {
  bob: peer({}),
  ada: peer({ address: contacts.ada.address, name: contacts.ada.name, trust: contacts.ada.trust }),
  stranger: peer({ address: address('x'), name: null, trust: { state: 'V0' } }),
  refused: peer({
    address: address('x'),
    name: null,
    trust: { state: 'X', cause: 'blocked', atMs: sampleNowMs - 50 * hourMs },
  }),
  claiming: peer({ address: address('x'), name: null, claimedName: hostileName, trust: { state: 'V0' } }),
  clashing: peer({
    address: address('x'),
    name: null,
    claimedName: 'Ada Lovelace',
    clash: 'Ada Lovelace',
    trust: { state: 'V0' },
  }),
  vouched: peer({
    address: address('x'),
    name: null,
    claimedName: 'Ada',
    vouchedFor: 'Ada Lovelace',
    trust: { state: 'V0' },
  }),
  long: peer({ address: contacts.long.address, name: longName }),
}

/** A Bluetooth headset that was plugged in, and names as long as systems make them. */
export const withHeadset: Views['devices'] = (() => {
  const label = `Headset (${'WH-1000XM5 Wireless Noise Cancelling '.repeat(2)}Hands-Free AG Audio)`
  const wish = { deviceId: 'bt', label }
  const { chosen, ring } = ready.devices
  const instead = { ...device('audioinput', 'Built-in microphone'), groupId: 'two' }
  return {
    available: [...ready.devices.available, { ...device('audioinput', label), deviceId: 'bt' }],
    chosen: {
      ...chosen,
      microphone: {
        ...none,
        wish,
        wishes: [wish],
        deviceId: 'bt',
        isDefault: false,
        label,
        handsFree: { instead },
      },
    },
    ring,
    moves: [
      { id: 1, role: 'microphone', why: 'plugged-in', from: 'Built-in microphone', to: label },
      { id: 2, role: 'speaker', why: 'unplugged', from: 'Studio monitors', to: '' },
    ],
  }
})()

const facts: LinkFacts = {
  own: fingerprint('5A'),
  seen: fingerprint('C3'),
  signedOwn: fingerprint('5A'),
  signedPeer: fingerprint('C3'),
  match: true,
  bound: true,
  dtlsVersion: 'DTLS 1.3',
  dtlsCipher: 'TLS_AES_128_GCM_SHA256',
  srtpCipher: 'AEAD_AES_128_GCM',
  path: 'direct',
  reach: { relayOnly: false, relay: null, relayUnavailable: false },
  traffic: null,
  frames: {
    worker: {
      sealed: { audio: 12_350, video: 0, screen: 0 },
      opened: { audio: 12_341, video: 0, screen: 0 },
      refused: { audio: 0, video: 0, screen: 0 },
      repeated: 3,
    },
    transport: {
      audioPacketsSent: 12_350,
      audioFramesPlayed: 12_338,
      videoFramesSent: 0,
      videoFramesDecoded: 0,
      screenFramesSent: 0,
      screenFramesDecoded: 0,
    },
  },
}
const symbols = ['🐊', '🍍', '🌋', '🔔', '🌻']
const names = ['crocodile', 'pineapple', 'volcano', 'bell', 'sunflower']
const sas = {
  symbols: names.map((id, i) => ({ id, emoji: symbols[i] ?? '' })),
  digits: ['04821', '30917'] as const,
  answer: 'none' as const,
  exhausted: false,
}

/** Connected a moment ago: nothing was measured. */
export const unmeasured: LinkFacts = {
  ...facts,
  own: null,
  seen: null,
  dtlsVersion: null,
  dtlsCipher: null,
  srtpCipher: null,
  path: null,
  frames: null,
}

/** Only a relay was allowed. */
export const relayed: LinkFacts = {
  ...facts,
  path: 'relay',
  reach: { relayOnly: true, relay: 'relay.example.org', relayUnavailable: false },
}
export const relayUnavailable: LinkFacts = {
  ...facts,
  reach: { relayOnly: false, relay: null, relayUnavailable: true },
}

type Live = Extract<CallView, { phase: 'talking' | 'reconnecting' }>
type Ended = Extract<CallView, { phase: 'ended' }>
const common = (who: PeerView, direction: 'in' | 'out', video: boolean) => ({
  callId,
  direction,
  peer: who,
  media: {
    video,
    micOn: true,
    cameraOn: video,
    cameraProblem: null,
    microphoneProblem: null,
    speakerRefused: false,
    peerMicOn: true,
    peerCameraOn: video,
    sharing: noSharing,
  },
})

export const calls = {
  before: (
    phase: 'dialing' | 'ringing' | 'connecting',
    who: PeerView,
    video = false,
    addressNotice: AddressNotice = null,
  ): CallView => ({
    ...common(who, 'out', video),
    phase,
    addressNotice,
  }),
  incoming: (
    who: PeerView,
    video = false,
    silenced = false,
    addressNotice: AddressNotice = null,
  ): CallView => ({
    ...common(who, 'in', video),
    phase: 'incoming',
    silenced,
    tone: 'chime',
    addressNotice,
  }),
  live(who: PeerView, more: Partial<Live> = {}): Live {
    return {
      ...common(who, 'in', false),
      phase: 'talking',
      sinceMs: sampleNowMs - 247_000,
      secure: true,
      unverified: false,
      offline: false,
      cameBack: false,
      sas,
      facts,
      ...more,
    }
  },
  ended(who: PeerView, reason: Ended['reason'], more: Partial<Ended> = {}): Ended {
    return {
      ...common(who, 'out', false),
      phase: 'ended',
      reason,
      detail: null,
      durationMs: 0,
      note: null,
      ...more,
    }
  },
}

const callIdOf = (letter: string) => letter.repeat(22) as CallId
export const warnings: CallWarning[] = [
  {
    callId: callIdOf('B'),
    direction: 'in',
    reason: 'altered',
    detail: 'sdp-fp',
    address: contacts.long.address,
    name: longName,
    atMs: sampleNowMs - 2 * hourMs,
  },
  {
    callId: callIdOf('C'),
    direction: 'out',
    reason: 'sas-mismatch',
    detail: null,
    address: address('x'),
    name: null,
    atMs: sampleNowMs - hourMs,
  },
]

export const safetyNumber = {
  digits: '04821 30917 55128 09364 17288 50396 62741 59033 18846 70257 16402 89935',
  code: `SP1V1:${'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.repeat(4).slice(0, 103)}`,
}
