// Puts the theme a person chose on the page. Without one the system's wish holds (tokens.css).
import { watch } from 'vue'
import { useSettings } from './settings.ts'

export function followTheme(): void {
  const settings = useSettings()
  watch(
    () => settings.view.theme,
    (theme) => {
      const { dataset } = document.documentElement
      if (theme === 'system') delete dataset['theme']
      else dataset['theme'] = theme
    },
    { immediate: true },
  )
}
