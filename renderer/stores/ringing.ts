// How it rings, as main says: tones, outputs, why it is silent just now; and the requests that change it.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { ErrorCode } from '../../contract/errors.ts'
import type { Ringtone } from '../../contract/ringing.ts'
import type { SettingsChange } from '../../contract/settings.ts'
import { isPlayable } from '../media/playable.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useSettings } from './settings.ts'
import { useViews } from './views.ts'

export const useRinging = defineStore('ringing', () => {
  const views = useViews()
  const notices = useNotices()
  const settings = useSettings()
  const view = computed(() => views.slices.ringing)
  /** Why it is silent just now, and for whom. */
  const hush = computed(() => {
    const { hush } = view.value
    if (hush === null) return null
    return settings.view.favouritesThrough ? (`${hush}-favourites` as const) : hush
  })
  const outputs = computed(() => views.slices.devices.ring)
  const adding = ref(false)
  const problem = ref<ErrorCode | null>(null)

  /** Every output that is there, and every one that is wished for and is not. */
  const choices = computed(() => {
    const { available, ring } = views.slices.devices
    const there = available.filter(
      ({ kind, deviceId }) =>
        kind === 'audiooutput' && deviceId !== 'default' && deviceId !== 'communications',
    )
    return [
      ...there.map(({ deviceId, label }) => ({
        key: deviceId,
        label,
        ticked: ring.some((one) => one.deviceId === deviceId),
        missing: false,
      })),
      ...ring
        .filter((one) => one.deviceId === null)
        .map(({ wish }) => ({ key: wish.deviceId, label: wish.label, ticked: true, missing: true })),
    ]
  })

  let turn: Promise<unknown> = Promise.resolve()
  /** An entry goes whole: what is made of the one before waits for that, or two quick ticks would undo each other. */
  function changeInTurn(make: () => SettingsChange): Promise<unknown> {
    turn = turn.then(() => settings.changeOrSay(make()))
    return turn
  }

  /** The wishes go whole; the others stay as they were, plugged in or not. */
  const ringOn = (key: string, ticked: boolean) =>
    changeInTurn(() => ({ ringOutputs: wishesWith(key, ticked) }))
  function wishesWith(key: string, ticked: boolean): NonNullable<SettingsChange['ringOutputs']> {
    const others = outputs.value.filter((one) => (one.deviceId ?? one.wish.deviceId) !== key)
    const label = choices.value.find((one) => one.key === key)?.label ?? ''
    return [...others.map(({ wish }) => wish), ...(ticked ? [{ deviceId: key, label }] : [])]
  }

  async function add(): Promise<ErrorCode | null> {
    const chosen = await shell['ringtones.choose']({})
    if (!chosen.ok) return chosen.code
    if (chosen.value === null) return null
    const { id } = chosen.value
    const content = await shell['ringtones.read']({ id })
    if (!content.ok) return content.code
    if (!(await isPlayable(content.value.bytes))) return 'ringtone-unreadable'
    const kept = await shell['ringtones.keep']({ id })
    if (!kept.ok) return kept.code
    return settings.changeOrSay({ ringTone: `own:${id}` })
  }

  return {
    view,
    hush,
    outputs,
    choices,
    adding,
    problem,
    ringOn,
    changeInTurn,
    /** Asks main for a sound file, tries it out without a sound, and rings with it from now on. */
    async addSound(): Promise<void> {
      if (adding.value) return
      adding.value = true
      problem.value = null
      problem.value = await add().finally(() => (adding.value = false))
    },
    removeSound: (id: string) => notices.orSay(shell['ringtones.remove']({ id })),
    rehearse: (tone: Ringtone | null) => notices.orSay(shell['ring.rehearse']({ on: true, tone })),
    stop: () => notices.orSay(shell['ring.rehearse']({ on: false, tone: null })),
  }
})
