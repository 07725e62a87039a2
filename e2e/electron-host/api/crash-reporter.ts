// Owns crashReporter as far as it collects nothing: an app that uploads is refused.
import type { CrashReporter } from 'electron'
import { offered, refusal } from '../refusal.ts'

const parameters = new Map<string, string>()

export const crashReporter = offered<CrashReporter>('CrashReporter', {
  start({ uploadToServer = true, extra = {} }) {
    if (uploadToServer) throw refusal('crashReporter.start with uploadToServer')
    for (const [name, value] of Object.entries(extra)) parameters.set(name, value)
  },
  getUploadToServer: () => false,
  addExtraParameter: (name, value) => void parameters.set(name, value),
  removeExtraParameter: (name) => void parameters.delete(name),
  getParameters: () => Object.fromEntries(parameters),
})
