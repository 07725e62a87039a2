// Puts the language that main has settled on into the page: its texts, its dates, and what a screen reader reads them as.
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { writeDatesIn } from '../locales/dates.ts'
import { useSettings } from './settings.ts'

export function followLanguage(): void {
  const settings = useSettings()
  const { locale } = useI18n({ useScope: 'global' })
  watch(
    () => settings.view.spokenLanguage,
    (language) => {
      locale.value = language
      writeDatesIn(language)
      document.documentElement.lang = language
    },
    { immediate: true },
  )
}
