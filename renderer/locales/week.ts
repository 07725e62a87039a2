// Days of the week and times of the day as a person reads them. Dates are in dates.ts.

/** Sunday 7 January 2024 and the six days after it: only their names are used. */
const sundayMs = Date.UTC(2024, 0, 7, 12)
const dayMs = 86_400_000

export interface Weekday {
  /** 0 is Sunday. */
  readonly day: number
  readonly short: string
  readonly long: string
}

/** Monday first, as working weeks go. */
export function weekdays(locale = 'en'): readonly Weekday[] {
  const name = (day: number, weekday: 'short' | 'long') =>
    new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(sundayMs + day * dayMs)
  return [1, 2, 3, 4, 5, 6, 0].map((day) => ({ day, short: name(day, 'short'), long: name(day, 'long') }))
}

/** `22:05`, as a time field wants it, of minutes since midnight. */
export function timeOf(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

/** Minutes since midnight; null for what is no time. */
export function minuteOf(time: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)/.exec(time) ?? []
  return hours === undefined || minutes === undefined ? null : Number(hours) * 60 + Number(minutes)
}
