// Keeps a key or click that was meant for something else from answering a call.
import { onScopeDispose, ref, type Ref } from 'vue'

/** Long enough for a word being typed, short enough not to be felt. */
const inputGuardMs = 500

/** Closed for 500 ms after each `arm`, and again whenever the window comes up under somebody's hands. */
export function useInputGuard(): { readonly open: Readonly<Ref<boolean>>; arm(): void } {
  const open = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function arm(): void {
    open.value = false
    clearTimeout(timer)
    timer = setTimeout(() => (open.value = true), inputGuardMs)
  }
  const armWhenShown = (): void => {
    if (document.visibilityState === 'visible') arm()
  }
  document.addEventListener('visibilitychange', armWhenShown)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', armWhenShown)
    clearTimeout(timer)
  })
  return { open, arm }
}
