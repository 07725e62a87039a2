// A passphrase that is being chosen: typed twice, judged when the person goes on. Knows neither screens nor main.
import { computed, reactive, type ComputedRef } from 'vue'

/** The vault's own limit, checked here as well so that nobody waits for a refusal. */
const MIN_LENGTH = 8

export interface NewPassphrase {
  readonly typed: { passphrase: string; repeat: string; tried: boolean }
  readonly problem: ComputedRef<'short' | 'different' | null>
  /** Marks it as judged. True when it can be used. */
  take(): boolean
  clear(): void
}

export function createNewPassphrase(): NewPassphrase {
  const typed = reactive({ passphrase: '', repeat: '', tried: false })
  const problem = computed(() => {
    if (Array.from(typed.passphrase).length < MIN_LENGTH) return 'short'
    return typed.passphrase === typed.repeat ? null : 'different'
  })
  return {
    typed,
    problem,
    take() {
      typed.tried = true
      return problem.value === null
    },
    clear: () => Object.assign(typed, { passphrase: '', repeat: '', tried: false }),
  }
}
