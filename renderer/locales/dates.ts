// Dates, times and lengths as people write them, in the language of the texts.
const locale = 'en'

const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long' })
const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })

export const dateText = (atMs: number): string => day.format(atMs)
export const timeText = (atMs: number): string => time.format(atMs)

/** Midnight at which this day began, local time, ms. Two moments of one day have the same. */
export const startOfDay = (atMs: number): number => new Date(atMs).setHours(0, 0, 0, 0)

/** `4:07`, or `1:04:07` from an hour on. Negative lengths, from a clock that was set back, read as zero. */
export function lengthText(lengthMs: number): string {
  const seconds = Math.max(0, Math.floor(lengthMs / 1000))
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
