// Dates, times, lengths and numbers as people write them, in the language of the texts.
import { computed, ref } from 'vue'
import type { Language } from '../../contract/settings.ts'

const language = ref<Language>('en')
const day = computed(() => new Intl.DateTimeFormat(language.value, { dateStyle: 'long' }))
const time = computed(() => new Intl.DateTimeFormat(language.value, { timeStyle: 'short' }))
const number = computed(() => new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }))

export const writeDatesIn = (spoken: Language): void => {
  language.value = spoken
}
export const dateText = (atMs: number): string => day.value.format(atMs)
export const timeText = (atMs: number): string => time.value.format(atMs)
/** With one digit behind the point at most. */
export const numberText = (value: number): string => number.value.format(value)

/** Midnight at which this day began, local time, ms. Two moments of one day have the same. */
export const startOfDay = (atMs: number): number => new Date(atMs).setHours(0, 0, 0, 0)

/** `4:07`, or `1:04:07` from an hour on. Negative lengths, from a clock that was set back, read as zero. */
export function lengthText(lengthMs: number): string {
  const seconds = Math.max(0, Math.floor(lengthMs / 1000))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
