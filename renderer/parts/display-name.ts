// Makes a name that somebody else chose safe to look at. Knows nothing of who it belongs to.

const maxShown = 80

/**
 * One line of visible characters. SECURITY: control, direction and invisible characters go, so that a name cannot turn
 * the text around it or look empty; markup stays as the letters it is. Longer names are cut to 80 characters.
 */
export function displayName(raw: string): string {
  const shown = raw
    .slice(0, maxShown * 8)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
  const characters = Array.from(shown)
  return characters.length > maxShown ? `${characters.slice(0, maxShown).join('').trimEnd()}…` : shown
}

/** Up to two first letters; empty where a name has none. */
export function initials(name: string): string {
  const words = displayName(name).split(' ').filter(Boolean)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words.slice(0, 1)
  return ends
    .map((word) => Array.from(word ?? '').find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? '')
    .join('')
    .toLocaleUpperCase('en')
}
