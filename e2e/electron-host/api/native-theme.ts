// Owns nativeTheme: the source the app chose, which pages follow in prefers-color-scheme (web-contents.ts applies it).
import { EventEmitter } from 'node:events'
import type { NativeTheme } from 'electron'
import { offeredClass, type Part } from '../refusal.ts'

type ThemeSource = NativeTheme['themeSource']

let source: ThemeSource = 'system'

class HostTheme extends EventEmitter implements Part<NativeTheme> {
  readonly shouldUseHighContrastColors = false
  readonly shouldUseInvertedColorScheme = false
  readonly inForcedColorsMode = false
  readonly prefersReducedTransparency = false
  get themeSource(): ThemeSource {
    return source
  }
  set themeSource(chosen: ThemeSource) {
    if (chosen === source) return
    source = chosen
    this.emit('updated')
  }
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return false
  }
  get shouldUseDarkColors(): boolean {
    return source === 'dark' // the stand-in's system is light
  }
}

const HostedTheme = offeredClass<new () => NativeTheme>('NativeTheme')(HostTheme)
export const nativeTheme = new HostedTheme().setMaxListeners(0)
