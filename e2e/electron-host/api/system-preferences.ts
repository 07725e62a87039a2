// Owns systemPreferences as a Linux desktop has them; what only macOS or Windows offer is refused, as it is missing there.
import { EventEmitter } from 'node:events'
import type { AnimationSettings, SystemPreferences } from 'electron'
import { offeredClass, type Part } from '../refusal.ts'

class HostPreferences extends EventEmitter implements Part<SystemPreferences> {
  getAccentColor(): string {
    return '0078d7ff'
  }
  getAnimationSettings(): AnimationSettings {
    return {
      shouldRenderRichAnimation: true,
      scrollAnimationsEnabledBySystem: true,
      prefersReducedMotion: false,
    }
  }
}

const HostedPreferences = offeredClass<new () => SystemPreferences>('SystemPreferences')(HostPreferences)
export const systemPreferences = new HostedPreferences()
