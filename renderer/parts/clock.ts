// The time of day as a value that moves once a second, for what shows how long something lasts.
import { onScopeDispose, ref, type Ref } from 'vue'

export function useClock(): Readonly<Ref<number>> {
  const nowMs = ref(Date.now())
  const timer = setInterval(() => (nowMs.value = Date.now()), 1000)
  onScopeDispose(() => clearInterval(timer))
  return nowMs
}
