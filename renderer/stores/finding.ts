// What is typed into the box of the sidebar: a part of a contact's name, or an address to call.
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { ErrorCode } from '../../contract/errors.ts'
import { useCall } from './call.ts'
import { useContacts } from './contacts.ts'

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()
/** Long runs of address letters, grouped or not, and links. Whether it is an address is main's to say. */
const looksLikeAddress = (text: string): boolean =>
  /^(earshot|sp1):/i.test(text) || /^[a-z2-7]{20,}$/i.test(text.replace(/[\s-]/g, ''))

export const useFinding = defineStore('finding', () => {
  const contacts = useContacts()
  const call = useCall()
  const text = ref('')
  const error = ref<ErrorCode | null>(null)
  watch(text, () => (error.value = null))

  const wanted = computed(() => text.value.trim())
  const isAddress = computed(() => looksLikeAddress(wanted.value))
  const found = computed(() =>
    contacts.list.filter((contact) => isAddress.value || folded(contact.name).includes(folded(wanted.value))),
  )
  /** Calling is offered for an address, and where no name fits: then a refusal says what an address is. */
  const dialable = computed(() => wanted.value !== '' && (isAddress.value || found.value.length === 0))

  let reading: { readonly text: string; readonly form: ReturnType<typeof contacts.read> } | null = null
  function read() {
    const text = wanted.value
    if (reading?.text !== text) reading = { text, form: contacts.read(text) }
    return reading.form
  }
  // A whole address is one that somebody is about to call.
  watch(wanted, async (text) => {
    if (!isAddress.value) return
    const form = await read()
    if (form.ok && text === wanted.value) call.warm(form.value.address)
  })

  async function dial(video: boolean): Promise<void> {
    const form = await read()
    if (!form.ok) {
      error.value = form.code
      return
    }
    if ((await call.dial(form.value.address, video)) === null) text.value = ''
  }

  return { text, wanted, error, isAddress, found, dialable, dial }
})
