// How the call goes and how the last ones went. Live figures come from the media half; the past is main's.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { KeptQuality } from '../../contract/quality.ts'
import type { DoctorState } from '../media/call-doctor.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'

export const useQuality = defineStore('quality', () => {
  const notices = useNotices()
  const now = shallowRef<DoctorState>({ samples: [], diagnosis: null })
  const past = shallowRef<readonly KeptQuality[]>([])
  /** The one that is looked at before it is saved. */
  const preview = ref<string | null>(null)

  async function refresh(): Promise<void> {
    const answer = await shell['quality.list']({})
    if (answer.ok) past.value = answer.value ?? []
  }
  async function clear(): Promise<void> {
    await notices.orSay(shell['quality.clear']({}))
    await refresh()
  }
  /** False where the person closed the dialog. */
  async function save(id: string): Promise<boolean> {
    const answer = await shell['quality.save']({ id })
    if (!answer.ok) notices.say(`errors.${answer.code}`)
    return answer.ok && answer.value.saved
  }

  return {
    now,
    past,
    preview,
    heard: (state: DoctorState): void => void (now.value = state),
    refresh,
    clear,
    save,
  }
})
