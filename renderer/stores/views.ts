// The mirror of main's truth. Only the feed writes here; everybody else reads, and changes things through the shell.
import { defineStore } from 'pinia'
import { shallowReactive, shallowReadonly } from 'vue'
import type { ChosenDevice, ShellApi, Slice, Views } from '../../contract/ipc.ts'
import { allProcessing } from '../media/microphone.ts'
import { createViewFeed } from './view-feed.ts'

const noDevice: ChosenDevice = {
  wish: null,
  wishes: [],
  deviceId: null,
  isDefault: true,
  label: '',
  missing: false,
  handsFree: null,
}

const nothingYet: Views = {
  app: {
    version: '',
    profile: null,
    stage: 'starting',
    passphraseNeeded: false,
    frameTest: 'needed',
    contentProtection: null,
    lock: { passphrase: false, keyring: null, recorded: null, passwordStore: null },
    setAside: [],
  },
  identity: null,
  server: { url: null, channelBinding: false, state: 'none', code: null, hosting: 'off', guests: 0 },
  relay: { own: null },
  contacts: [],
  blocked: [],
  history: [],
  call: { phase: 'idle' },
  chat: null,
  warnings: { calls: [], codesTried: false },
  devices: {
    available: [],
    chosen: {
      microphone: noDevice,
      camera: noDevice,
      speaker: noDevice,
    },
    ring: [],
    moves: [],
  },
  settings: {
    language: 'system',
    spokenLanguage: 'en',
    name: '',
    ringTone: 'chime',
    voice: allProcessing,
    ringVolume: 0,
    theme: 'system',
    moreContrast: false,
    whoMayRing: 'anyone',
    presence: false,
    availability: 'available',
    quietHours: { on: false, days: [], fromMinute: 0, toMinute: 0 },
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
  control: { talk: 'up', globalMute: 'off', globalMuteKey: '', startAtLoginFailed: false },
}

export const useViews = defineStore('views', () => {
  const slices = shallowReactive<{ [S in Slice]: Views[S] }>({ ...nothingYet })

  /** Listens first and asks then, so that nothing falls between. Resolves when there is something to show. */
  async function connect(shell: ShellApi): Promise<void> {
    const feed = createViewFeed((slice, value) => {
      slices[slice] = value
    })
    shell.on.view(feed.receive)
    const answer = await shell.snapshot({})
    if (answer.ok) feed.fill(answer.value)
  }

  return { slices: shallowReadonly(slices), connect }
})
