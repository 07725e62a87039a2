// The chat of the call as main tells it, what a person does in it, and what the window remembers of it: whether it is
// open, what was read, what is being written. Pictures are re-encoded here before they are offered.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, watch } from 'vue'
import { maxTextLength, type Reaction } from '../../contract/app-messages.ts'
import { savePieceBytes, type ChatCommand } from '../../contract/chat.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import { isPicture, reencoded, type PictureProblem } from '../media/picture.ts'
import { shell } from '../shell.ts'
import { useMedia } from './media.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export type ChatProblem =
  PictureProblem | 'file-too-large' | 'file-unreadable' | 'file-empty' | 'text-too-long'

type Order = ChatCommand extends infer C ? (C extends { callId: unknown } ? Omit<C, 'callId'> : never) : never

/** Somebody who types says so again after this, and has stopped when they have not pressed a key for it. */
const typingMs = 3_000

export const useChat = defineStore('chat', () => {
  const views = useViews()
  const notices = useNotices()
  const media = useMedia()
  const view = computed(() => views.slices.chat)
  const wished = ref(false)
  const isOpen = computed(() => wished.value && view.value !== null)
  const read = ref(0)
  const draft = ref('')
  const problem = ref<ChatProblem | null>(null)
  /** What is being got ready to be offered. */
  const preparing = ref(0)
  const moved = shallowReactive(new Map<string, number>())
  let toldTypingMs = 0

  watch(
    () => media.files,
    (files) => files?.onMoved((id, bytes) => moved.set(id, bytes)),
    { immediate: true },
  )
  // Another call, or none: what was half written belongs to nobody.
  watch(
    () => view.value?.callId,
    () => {
      wished.value = false
      read.value = 0
      draft.value = ''
      problem.value = null
      moved.clear()
    },
  )
  const lastLine = computed(() => view.value?.lines.at(-1)?.id ?? 0)
  watch([isOpen, lastLine], ([open]) => {
    if (open) read.value = lastLine.value
  })
  const unread = computed(
    () => view.value?.lines.filter(({ from, id }) => from === 'peer' && id > read.value).length ?? 0,
  )

  async function order(command: Order): Promise<ErrorCode | null> {
    if (!view.value) return null
    const { callId } = view.value
    return notices.orSay(shell['chat.command']({ ...command, callId } as ChatCommand))
  }

  async function sendDraft(): Promise<void> {
    const text = tidy(draft.value)
    problem.value = null
    if (text === '') return
    if (text.length > maxTextLength) {
      problem.value = 'text-too-long'
      return
    }
    toldTypingMs = 0
    if ((await order({ type: 'text', text })) === null) draft.value = ''
  }

  function typed(): void {
    problem.value = null
    const on = draft.value.trim() !== ''
    const now = Date.now()
    if (on ? now - toldTypingMs < typingMs : toldTypingMs === 0) return
    toldTypingMs = on ? now : 0
    void order({ type: 'typing', on })
  }

  /** Each as what it is by its bytes: a picture loses all but its pixels, anything else is offered as it is. */
  async function attach(chosen: readonly File[]): Promise<void> {
    problem.value = null
    for (const file of chosen) {
      preparing.value += 1
      problem.value = (await offer(file)) ?? problem.value
      preparing.value -= 1
    }
  }
  async function offer(file: File): Promise<ChatProblem | null> {
    const callId = view.value?.callId
    if (!callId || !media.files) return null
    if (!(await isPicture(file))) return media.files.offer(callId, file, file.name.slice(-255), null)
    const made = await reencoded(file)
    if (typeof made === 'string') return made
    // What a camera or a person called it says when, where and of whom.
    const name = `picture.${made.type === 'image/jpeg' ? 'jpg' : made.type.slice(6)}`
    return media.files.offer(callId, made.blob, name, made.type)
  }

  /** Asks where to, and hands over the bytes a piece at a time. */
  async function save(id: string): Promise<void> {
    const blob = media.files?.blob(id)
    if (!blob || !view.value) return
    const asked = await shell['chat.save']({ callId: view.value.callId, id })
    if (!asked.ok) return notices.say(`errors.${asked.code}`)
    const { saving } = asked.value
    if (saving === null) return
    for (let at = 0; at < blob.size; at += savePieceBytes) {
      const bytes = new Uint8Array(await blob.slice(at, at + savePieceBytes).arrayBuffer())
      // Main has given up what it could not write.
      if (await notices.orSay(shell['chat.write']({ saving, bytes }))) return
    }
    const refused = await notices.orSay(shell['chat.saved']({ saving, whole: true }))
    if (!refused) notices.say('chat.saved')
  }

  async function keep(): Promise<void> {
    if (!view.value) return
    const answer = await shell['chat.keep']({ callId: view.value.callId })
    if (!answer.ok) notices.say(`errors.${answer.code}`)
    else if (answer.value.kept) notices.say('chat.saved')
  }

  return {
    view,
    isOpen,
    unread,
    draft,
    problem,
    preparing,
    moved,
    toggle: (): void => void (wished.value = !isOpen.value),
    close: (): void => void (wished.value = false),
    order,
    sendDraft,
    typed,
    attach,
    save,
    react: (emoji: Reaction) => order({ type: 'reaction', emoji }),
    blob: (id: string) => media.files?.blob(id) ?? null,
    openLink: (url: string) => notices.orSay(shell['chat.link']({ url })),
    keep,
  }
})

/** As it may be sent: one kind of line end, none of the other control characters, nothing around it. */
const tidy = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '')
    .trim()
