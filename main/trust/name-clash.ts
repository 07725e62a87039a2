// Whether a stranger calls itself by the name of a contact (SP1 section 6). A warning, not a proof: names that merely
// look alike in some typeface are not all caught, and nothing is ever allowed because no clash was found.

/** Letters that look like others, as the names of people use them: Cyrillic, Greek and digits beside Latin. */
const lookAlikes: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ј: 'j',
  ѕ: 's',
  к: 'k',
  м: 'm',
  т: 't',
  н: 'h',
  в: 'b',
  α: 'a',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  κ: 'k',
  τ: 't',
  ι: 'i',
  ı: 'i',
  0: 'o',
  1: 'l',
  3: 'e',
  5: 's',
}

/** The name among `known` that `claimed` could be taken for, or null. */
export function clashingName(claimed: string, known: Iterable<string>): string | null {
  const skeleton = skeletonOf(claimed)
  if (skeleton === '') return null
  for (const name of known) if (skeletonOf(name) === skeleton) return name
  return null
}

/** Without case, accents, spaces and signs; look-alikes as one. */
function skeletonOf(name: string): string {
  const letters = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  return Array.from(letters, (letter) => lookAlikes[letter] ?? letter).join('')
}
