// What the main window shows beside a call: a screen, a selection, an open dialog. Never saved, never main's concern.
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Address } from '../../contract/ids.ts'
import type { Push, ReadForm } from '../../contract/ipc.ts'
import { useNotices } from './notices.ts'
import type { SettingsSection } from './settings-section.ts'

/** A contact form to open: filled by a link, by an unknown caller, or empty. */
export interface OpenForm {
  readonly form: Partial<ReadForm>
  /** It came from outside, so the dialog says that nobody was added. */
  readonly fromLink: boolean
}

export const useNavigation = defineStore('navigation', () => {
  const notices = useNotices()
  const screen = ref<'home' | 'settings'>('home')
  /** The section of the settings that somebody opened; null is their beginning. */
  const section = ref<SettingsSection | null>(null)
  const tab = ref<'contacts' | 'history'>('contacts')
  const selected = ref<Address | null>(null)
  const addressOpen = ref(false)
  const shortcutsOpen = ref(false)
  /** Grows with each wish to begin a call: whoever has the box for it takes the focus there. */
  const beginnings = ref(0)
  /** The same for looking at the code of the call. */
  const codeWishes = ref(0)
  /** And for the picture of the call on the whole screen, or back. */
  const fullScreenWishes = ref(0)
  const contactForm = shallowRef<OpenForm | null>(null)

  function openSettings(at: SettingsSection | null = null): void {
    section.value = at
    screen.value = 'settings'
  }

  /** SECURITY: a link opened in another program ends here. It fills a form; saving is a person's press. */
  function show(push: Push<'show'>): void {
    if (push.screen === 'bad-link') return notices.say('errors.bad-link')
    if (push.screen === 'settings') return openSettings()
    screen.value = 'home'
    if (push.screen === 'contact') contactForm.value = { form: push.form, fromLink: true }
    if (push.screen === 'history') tab.value = 'history'
  }

  return {
    screen,
    section,
    openSettings,
    tab,
    selected,
    addressOpen,
    contactForm,
    shortcutsOpen,
    beginnings,
    codeWishes,
    fullScreenWishes,
    beginCall(): void {
      screen.value = 'home'
      tab.value = 'contacts'
      // In a narrow window the contact that was picked is where the box is.
      selected.value = null
      beginnings.value += 1
    },
    show,
    addContact: (form: Partial<ReadForm> = {}) => {
      contactForm.value = { form, fromLink: false }
    },
  }
})
