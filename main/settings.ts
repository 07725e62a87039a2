// The settings file and its only reader and writer. Holds no secret and nobody's address; what a setting means
// is decided elsewhere.
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import ElectronStore from 'electron-store'
import * as v from 'valibot'
import { Settings, defaultSettings } from '../contract/settings.ts'
import { createListeners } from './listeners.ts'

export interface SettingsFile {
  get(): Settings
  change(part: Partial<Settings>): void
  /** Back to the defaults. */
  reset(): void
  /** The file could not be read: it was moved aside and the defaults are used. */
  wasSetAside(): boolean
  onChange(listener: () => void): () => void
}

type Kept = Readonly<Record<string, unknown>>

/**
 * `migrations[n]` turns a file of version n + 1 into one of version n + 2; a step that shipped is never changed.
 * A new setting needs no step: its default fills the gap.
 */
const migrations: readonly ((older: Kept) => Kept)[] = [ringOnOneDevice, wishesInOrder]

/** Version 1 rang on one device, and named it beside the microphone and the others. */
function ringOnOneDevice(older: Kept): Kept {
  const { devices } = older
  if (typeof devices !== 'object' || devices === null) return older
  const { ring, ...others } = devices as { readonly ring?: unknown }
  return { ...older, devices: others, ringOutputs: ring ? [ring] : [] }
}

/** Version 2 had one wish for each role, or null for the system's default. */
function wishesInOrder(older: Kept): Kept {
  const { devices } = older
  if (typeof devices !== 'object' || devices === null) return older
  const { microphone, camera, speaker, ...others } = devices as Kept
  const listOf = (wish: unknown) => (wish === null || wish === undefined ? [] : [wish])
  return {
    ...older,
    devices: { ...others, microphone: listOf(microphone), camera: listOf(camera), speaker: listOf(speaker) },
  }
}

/** `folder` must exist. Throws only when the folder cannot be written. */
export function createSettings(options: { folder: string; nowMs: () => number }): SettingsFile {
  const path = join(options.folder, 'settings.json')
  const listeners = createListeners()
  let aside = false

  // Our schema decides what is valid, not the library's; and the library must not erase on its own (E18).
  const openStore = () =>
    new ElectronStore<Record<string, unknown>>({
      cwd: options.folder,
      name: 'settings',
      clearInvalidConfig: false,
      accessPropertiesByDotNotation: false,
      configFileMode: 0o600,
    })

  const read = () => {
    const isNew = !existsSync(path)
    try {
      const store = openStore()
      return { store, settings: isNew ? defaultSettings : settingsIn(store.store, migrations) }
    } catch (cause) {
      if (!existsSync(path)) throw cause
      renameSync(path, `${path}.broken-${options.nowMs()}`)
      aside = true
      return { store: openStore(), settings: defaultSettings }
    }
  }

  const opened = read()
  let { settings } = opened
  const write = () => {
    opened.store.store = { version: migrations.length + 1, ...settings }
  }
  write()

  return {
    get: () => settings,
    change(part) {
      const given = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined))
      settings = v.parse(Settings, { ...settings, ...given })
      write()
      listeners.tell()
    },
    reset() {
      settings = defaultSettings
      aside = false
      write()
      listeners.tell()
    },
    wasSetAside: () => aside,
    onChange: listeners.onChange,
  }
}

/** The settings in the content of a file, brought up to date. Throws for what no version has written. */
export function settingsIn(kept: Kept, steps: readonly ((older: Kept) => Kept)[]): Settings {
  const { version } = kept
  const known = Number.isInteger(version) && Number(version) >= 1 && Number(version) <= steps.length + 1
  if (!known) throw new Error('a version of the settings that is not known')
  const current = steps.slice(Number(version) - 1).reduce((older, step) => step(older), kept)
  const { version: _, ...entries } = current
  return v.parse(Settings, { ...defaultSettings, ...entries })
}
