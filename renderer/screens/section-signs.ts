// The sections of the settings as their list shows them: a sign and a title for each.
import {
  Activity,
  Bell,
  EyeOff,
  Info,
  Keyboard,
  KeyRound,
  Mic,
  Monitor,
  Palette,
  Route,
  Server,
  User,
  UserCheck,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { TextKey } from '../locales/texts.ts'
import type { SettingsSection } from '../stores/settings-section.ts'

export const sections: Readonly<Record<SettingsSection, { icon: Component; title: TextKey }>> = {
  profile: { icon: User, title: 'settings.profile.title' },
  look: { icon: Palette, title: 'settings.look.title' },
  devices: { icon: Mic, title: 'settings.devices.title' },
  ringing: { icon: Bell, title: 'settings.sections.ringing' },
  callers: { icon: UserCheck, title: 'settings.ringing.title' },
  control: { icon: Keyboard, title: 'settings.control.title' },
  reach: { icon: Route, title: 'settings.reach.title' },
  quality: { icon: Activity, title: 'doctor.title' },
  privacy: { icon: EyeOff, title: 'settings.privacy.title' },
  server: { icon: Server, title: 'settings.server.title' },
  key: { icon: KeyRound, title: 'settings.sections.key' },
  computer: { icon: Monitor, title: 'settings.home.title' },
  about: { icon: Info, title: 'settings.about.title' },
}
