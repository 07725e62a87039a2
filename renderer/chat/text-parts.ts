// A text of the chat as what is shown of it: words, and addresses that can be opened. Pure; makes no markup of anything.

export interface TextPart {
  readonly text: string
  /** An address that main may be asked to open; null for words. */
  readonly link: string | null
}

/** An address ends before what is more likely a sentence's. */
const address = /https:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+[^\s<>"'`\p{Cc}\p{Cf}.,;:!?…)\]}»”’]/giu

export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = []
  let at = 0
  for (const found of text.matchAll(address)) {
    const [link] = found
    // Names before the host make one address look like another; main opens none of those.
    if (!URL.canParse(link) || new URL(link).username !== '') continue
    if (found.index > at) parts.push({ text: text.slice(at, found.index), link: null })
    parts.push({ text: link, link })
    at = found.index + link.length
  }
  if (at < text.length) parts.push({ text: text.slice(at), link: null })
  return parts
}

/** `1.4 MB`, in the language that is spoken. */
export function sizeText(bytes: number, language: string): string {
  const [unit, divisor] =
    bytes < 1000
      ? (['byte', 1] as const)
      : bytes < 1e6
        ? (['kilobyte', 1000] as const)
        : (['megabyte', 1e6] as const)
  const value = bytes / divisor
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: unit === 'byte' ? 'long' : 'short',
    maximumFractionDigits: value < 10 && divisor > 1 ? 1 : 0,
  }).format(value)
}
