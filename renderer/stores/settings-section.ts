// The sections of the settings by name. Knows nothing of what is in them.

/** The sections of the settings, in the order of their list. */
export const settingsSections = [
  'profile',
  'look',
  'devices',
  'ringing',
  'callers',
  'control',
  'reach',
  'quality',
  'privacy',
  'server',
  'key',
  'computer',
  'about',
] as const
export type SettingsSection = (typeof settingsSections)[number]
