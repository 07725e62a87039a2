// Puts the theme that a person chose on the page, and more contrast by choice or by the system's wish. Without a theme of
// their own the system's holds (tokens.css).
import { watch } from 'vue'
import { useSettings } from './settings.ts'

export function followTheme(): void {
  const settings = useSettings()
  const { dataset } = document.documentElement
  const systemWish = matchMedia('(prefers-contrast: more)')

  function show(): void {
    const { theme, moreContrast } = settings.view
    if (theme === 'system') delete dataset['theme']
    else dataset['theme'] = theme
    if (moreContrast || systemWish.matches) dataset['contrast'] = 'more'
    else delete dataset['contrast']
  }
  watch(() => [settings.view.theme, settings.view.moreContrast], show, { immediate: true })
  systemWish.addEventListener('change', show)
}
