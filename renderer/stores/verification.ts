// One person being checked: what is shown, what was answered or scanned, and what main said to it. The page compares
// nothing itself.
import { computed, ref, shallowRef } from 'vue'
import type { ErrorCode, Result } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import { createCodeCamera } from '../media/code-camera.ts'
import { readPicture, type PictureProblem } from '../media/code-picture.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useSettings } from './settings.ts'

export type Outcome =
  | {
      readonly tone: 'good' | 'bad' | 'plain'
      readonly result: 'qr' | 'number' | 'different' | 'unsure' | 'not-marked'
    }
  | { readonly tone: 'bad'; readonly error: ErrorCode }
  | { readonly tone: 'bad'; readonly picture: PictureProblem }

export function useVerification(address: () => Address) {
  const settings = useSettings()
  const notices = useNotices()
  const digits = ref('')
  const code = ref('')
  const outcome = shallowRef<Outcome | null>(null)
  const picture = shallowRef<MediaStream | null>(null)
  /** Main asks the person in a window of its own, where no page can answer. */
  const asking = ref(false)
  /** The camera is open or being opened. */
  const scanning = ref(false)

  const camera = createCodeCamera({
    changed(now) {
      picture.value = now.picture
      if (!now.problem) return
      outcome.value = { tone: 'bad', error: now.problem }
      void stopScan()
    },
    found(text) {
      void stopScan()
      void scanned(text)
    },
  })

  /** True when there is something to show. */
  async function load(): Promise<boolean> {
    outcome.value = null
    const answer = await shell['contacts.safety-number']({ address: address() })
    if (!answer.ok) notices.say(`errors.${answer.code}`)
    else [digits.value, code.value] = [answer.value.digits, answer.value.code]
    return answer.ok
  }

  function tell<T>(answer: Result<T>, said: Outcome): void {
    outcome.value = answer.ok ? said : { tone: 'bad', error: answer.code }
  }
  async function marked(
    answer: Promise<Result<{ marked: boolean }>>,
    result: 'qr' | 'number',
  ): Promise<void> {
    outcome.value = null
    asking.value = true
    const said = await answer
    asking.value = false
    if (said.ok && !said.value.marked) outcome.value = { tone: 'plain', result: 'not-marked' }
    else tell(said, { tone: 'good', result })
  }
  async function compared(same: boolean): Promise<void> {
    const answer = shell['contacts.verify']({ address: address(), how: 'number', same })
    if (same) await marked(answer, 'number')
    else tell(await answer, { tone: 'bad', result: 'different' })
  }
  async function unsure(): Promise<void> {
    tell(await shell['contacts.unverify']({ address: address() }), { tone: 'plain', result: 'unsure' })
  }
  async function scanned(text: string): Promise<void> {
    await marked(shell['contacts.scan']({ address: address(), text: text.slice(0, 4096) }), 'qr')
  }
  async function readFile(file: Blob): Promise<void> {
    outcome.value = null
    const reading = await readPicture(file)
    if (reading.ok) await scanned(reading.text)
    else outcome.value = { tone: 'bad', picture: reading.problem }
  }

  /** Main lets the page open the camera for as long as this is on. */
  async function startScan(): Promise<void> {
    outcome.value = null
    scanning.value = true
    if ((await notices.orSay(shell['devices.scan']({ on: true }))) !== null) scanning.value = false
    else if (scanning.value) await camera.start(settings.devices.chosen.camera.deviceId)
  }
  async function stopScan(): Promise<void> {
    camera.stop()
    if (!scanning.value) return
    scanning.value = false
    await notices.orSay(shell['devices.scan']({ on: false }))
  }

  return {
    groups: computed(() => digits.value.match(/\d{5}/g) ?? []),
    code,
    outcome,
    asking,
    picture,
    scanning,
    load,
    compared,
    unsure,
    readFile,
    startScan,
    stopScan,
  }
}
