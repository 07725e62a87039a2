import { describe, expect, it } from 'vitest'
import type { Slice, ViewPush, Views } from '../../contract/ipc.ts'
import { createViewFeed } from './view-feed.ts'

function feed() {
  const shown = new Map<Slice, unknown>()
  return { shown, ...createViewFeed((slice, value) => shown.set(slice, value)) }
}
const rest = {
  ringTone: 'chime',
  voice: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  ringVolume: 1,
  theme: 'system',
  moreContrast: false,
  language: 'system',
  spokenLanguage: 'en',
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
} satisfies Partial<Views['settings']>
const settings = (version: number, name: string): ViewPush => ({
  slice: 'settings',
  version,
  value: { name, ...rest },
})
const idle = (version: number): ViewPush => ({ slice: 'call', version, value: { phase: 'idle' } })

describe('the mirror of main', () => {
  it('drops a push that is older than what it shows, and one that repeats it', () => {
    const { shown, receive } = feed()
    expect(receive(settings(7, 'new'))).toBe(true)
    expect(receive(settings(6, 'old'))).toBe(false)
    expect(receive(settings(7, 'again'))).toBe(false)
    expect(shown.get('settings')).toMatchObject({ name: 'new' })
  })
  it('takes versions of one slice whatever the versions of another', () => {
    const { shown, receive } = feed()
    receive(settings(9, 'new'))
    expect(receive(idle(3))).toBe(true)
    expect(shown.get('call')).toEqual({ phase: 'idle' })
  })
  it('does not let a late snapshot undo a push that came first', () => {
    const { shown, fill, receive } = feed()
    receive(settings(2, 'pushed'))
    fill({ settings: { name: 'snapshot', ...rest }, call: { phase: 'idle' } })
    expect(shown.get('settings')).toMatchObject({ name: 'pushed' })
    expect(shown.get('call')).toEqual({ phase: 'idle' })
  })
  it('takes any push after a snapshot, which has no version', () => {
    const { shown, fill, receive } = feed()
    fill({ settings: { name: 'snapshot', ...rest } })
    expect(receive(settings(1, 'pushed'))).toBe(true)
    expect(shown.get('settings')).toMatchObject({ name: 'pushed' })
  })
  it('keeps null apart from what is not there yet', () => {
    const { shown, fill } = feed()
    fill({ identity: null })
    expect(shown.has('identity')).toBe(true)
    expect(shown.has('contacts')).toBe(false)
  })
})
