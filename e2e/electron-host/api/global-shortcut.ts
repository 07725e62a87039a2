// Owns globalShortcut as a list: no key of the desktop is grabbed, a test calls the callback (e2e/probe.cjs).
import type { GlobalShortcut } from 'electron'
import { offered } from '../refusal.ts'

const registered = new Set<string>()

export const globalShortcut = offered<GlobalShortcut>('GlobalShortcut', {
  register(accelerator) {
    if (registered.has(accelerator)) return false
    registered.add(accelerator)
    return true
  },
  isRegistered: (accelerator) => registered.has(accelerator),
  unregister: (accelerator) => void registered.delete(accelerator),
  unregisterAll: () => registered.clear(),
})
