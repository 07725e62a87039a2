// My contacts as main keeps them, and the requests that change them.
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { Address } from '../../contract/ids.ts'
import type { Ringtone } from '../../contract/ringing.ts'
import { shell } from '../shell.ts'
import { useNotices } from './notices.ts'
import { useViews } from './views.ts'

export const useContacts = defineStore('contacts', () => {
  const views = useViews()
  const notices = useNotices()
  const list = computed(() => [...views.slices.contacts].sort((a, b) => a.name.localeCompare(b.name)))
  const byAddress = computed(() => new Map(list.value.map((contact) => [contact.address, contact])))

  const blocked = computed(() => views.slices.blocked)
  const blockedAddresses = computed(() => new Set(blocked.value.map(({ address }) => address)))

  return {
    list,
    blocked,
    isBlocked: (address: Address) => blockedAddresses.value.has(address),
    block: (address: Address) => notices.orSay(shell['contacts.block']({ address })),
    unblock: (address: Address) => notices.orSay(shell['contacts.unblock']({ address })),
    byAddress,
    /** Reads an address or a link. Of a link main may learn whose new key it is; nothing is kept. */
    read: (text: string) => shell['contacts.read']({ text: text.slice(0, 4096) }),
    add: (address: string, name: string, server: string | null) =>
      shell['contacts.add']({ address, name, server }),
    /** Gives the contact that this address follows its new key. */
    succeed: (address: Address) => shell['contacts.succeed']({ address }),
    rename: (address: Address, name: string) => shell['contacts.rename']({ address, name }),
    setTone: (address: Address, tone: Ringtone | null) =>
      notices.orSay(shell['contacts.tone']({ address, tone })),
    setFavourite: (address: Address, on: boolean) =>
      notices.orSay(shell['contacts.favourite']({ address, on })),
    remove: (address: Address) => shell['contacts.remove']({ address }),
  }
})
