// My contacts as main keeps them, and the requests that change them.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Address } from '../../contract/ids.ts'
import { shell } from '../shell.ts'
import { useViews } from './views.ts'

export const useContacts = defineStore('contacts', () => {
  const views = useViews()
  const list = computed(() => [...views.slices.contacts].sort((a, b) => a.name.localeCompare(b.name)))
  const byAddress = computed(() => new Map(list.value.map((contact) => [contact.address, contact])))

  return {
    list,
    byAddress,
    /** Reads an address or a link; changes nothing. */
    read: (text: string) => shell['contacts.read']({ text: text.slice(0, 4096) }),
    add: (address: string, name: string, server: string | null) =>
      shell['contacts.add']({ address, name, server }),
    rename: (address: Address, name: string) => shell['contacts.rename']({ address, name }),
    remove: (address: Address) => shell['contacts.remove']({ address }),
  }
})
