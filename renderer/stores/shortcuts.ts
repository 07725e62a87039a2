// Listens to the keys of the main window and gives the commands that a press of a button would give.
import { computed, onScopeDispose, watch } from 'vue'
import { useInputGuard } from '../parts/input-guard.ts'
import { onMac, shortcutFor, shortcuts, type ShortcutId } from '../parts/shortcuts.ts'
import { useCall } from './call.ts'
import { useChat } from './chat.ts'
import { useIdentity } from './identity.ts'
import { useNavigation } from './navigation.ts'
import { useSettings } from './settings.ts'

/** Main lets go of a key of which it has not heard for a minute. */
const holdAgainMs = 15_000

export function useShortcuts(): void {
  const call = useCall()
  const chat = useChat()
  const me = useIdentity()
  const navigation = useNavigation()
  const settings = useSettings()
  const mac = onMac()
  /** SECURITY: a key pressed for something else does not answer a call that has just begun to ring (E31). */
  const { open: answerable, arm } = useInputGuard()
  const ringing = computed(() => (call.shown.phase === 'incoming' ? call.shown.callId : null))
  /** SECURITY: a call that comes in is there once it is drawn: from then on the half second counts. */
  const phase = computed(() => (call.view.phase === 'incoming' ? call.shown.phase : call.view.phase))
  watch(ringing, (callId) => callId !== null && arm(), { flush: 'sync', immediate: true })
  let holding: ReturnType<typeof setInterval> | null = null

  function hold(): void {
    if (holding !== null) return
    void call.command({ type: 'talk', on: true })
    holding = setInterval(() => void call.command({ type: 'talk', on: true }), holdAgainMs)
  }
  function letGo(): void {
    if (holding === null) return
    clearInterval(holding)
    holding = null
    if (shortcuts.talk.phases.includes(call.view.phase)) void call.command({ type: 'talk', on: false })
  }
  // The key may come up where this page does not hear it.
  watch(
    () => (shortcuts.talk.phases.includes(call.view.phase) ? settings.view.pushToTalk : false),
    (may) => !may && letGo(),
    { flush: 'sync' },
  )

  function carryOut(id: ShortcutId): void {
    const { view } = call
    switch (id) {
      case 'new-call':
        return navigation.beginCall()
      case 'answer':
        if (!answerable.value) return
        arm()
        return void call.command({ type: 'answer', video: false })
      case 'decline':
        if (answerable.value) void call.command({ type: 'decline' })
        return
      case 'hang-up':
        return void call.command({ type: 'hang-up' })
      case 'mute':
        if (view.phase !== 'idle') void call.command({ type: 'mute', on: view.media.micOn })
        return
      case 'camera':
        if (view.phase !== 'idle' && view.media.video)
          void call.command({ type: 'camera', on: !view.media.cameraOn })
        return
      case 'share':
        if (view.phase === 'talking' || view.phase === 'reconnecting')
          void call.command({ type: 'share', on: view.media.sharing.own === 'off' })
        return
      case 'full-screen':
        navigation.fullScreenWishes += 1
        return
      case 'code':
        navigation.codeWishes += 1
        return
      case 'chat':
        return chat.toggle()
      case 'talk':
        return hold()
      case 'list':
        navigation.shortcutsOpen = !navigation.shortcutsOpen
        return
      case 'quit':
        return void me.quit()
    }
  }

  function down(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    const id = shortcutFor(event, {
      phase: me.app.stage === 'ready' ? phase.value : 'idle',
      typing: isTyping(event.target),
      dialog: document.querySelector('[role="dialog"]') !== null,
      mac,
      pushToTalk: settings.view.pushToTalk,
    })
    if (id === null || (id === 'new-call' && me.app.stage !== 'ready')) return
    event.preventDefault()
    carryOut(id)
  }
  function up(event: KeyboardEvent): void {
    if (event.key !== ' ' || holding === null) return
    // A button with the focus would take it for a press.
    event.preventDefault()
    letGo()
  }

  addEventListener('keydown', down)
  addEventListener('keyup', up)
  addEventListener('blur', letGo)
  document.addEventListener('visibilitychange', letGo)
  onScopeDispose(() => {
    removeEventListener('keydown', down)
    removeEventListener('keyup', up)
    removeEventListener('blur', letGo)
    document.removeEventListener('visibilitychange', letGo)
    letGo()
  })
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  )
}
