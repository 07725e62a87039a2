// English that is as long as the longest translations and cannot be taken for English: what is not translated stands out,
// and what has no room is seen before somebody writes the translation.
const accents: Readonly<Record<string, string>> = {
  a: 'á', e: 'é', i: 'í', o: 'ó', u: 'ú', n: 'ñ', c: 'ç', y: 'ý', A: 'Á', E: 'É', I: 'Í', O: 'Ó', U: 'Ú',
} // prettier-ignore

/** One message: its forms and the names of its values stay, everything else grows by some 40 %. */
export const pseudoText = (message: string): string => message.split('|').map(pseudoForm).join('|')

function pseudoForm(form: string): string {
  const grown = form
    .split(/(\{[^}]*\})/)
    .map((part) =>
      part.startsWith('{') ? part : part.replace(/[a-zA-Z]/g, (letter) => accents[letter] ?? letter),
    )
    .join('')
  const words = Math.ceil(form.replace(/\{[^}]*\}/g, '').trim().length * 0.4)
  const more = 'lórem ípsum dólor sít amét '.repeat(Math.ceil(words / 27)).slice(0, words)
  return words === 0 ? form : `${grown.trimEnd()} ${more.trim()}${form.endsWith(' ') ? ' ' : ''}`
}

/** All messages of a file. */
export const pseudoFile = (json: string): string =>
  JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === 'string' ? pseudoText(value) : value,
  )
