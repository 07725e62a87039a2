// Whether something holds for the window, as CSS would ask it.
import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** `query` as in an `@media` rule. Follows the window until the scope ends. */
export function useMediaQuery(query: string): Readonly<Ref<boolean>> {
  const list = matchMedia(query)
  const holds = ref(list.matches)
  const follow = () => (holds.value = list.matches)
  list.addEventListener('change', follow)
  onScopeDispose(() => list.removeEventListener('change', follow))
  return readonly(holds)
}
