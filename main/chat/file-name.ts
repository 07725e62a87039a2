// What a peer calls a file, made into a name that is one: shown to a person, and suggested for saving.

const maxLength = 120
const maxEndLength = 16
/** Names that Windows keeps for devices, with or without an ending. */
const device = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i

/**
 * One line without markers of direction (which would show `gpj.exe` as `exe.jpg`), control characters, folders, or what a
 * file system reads as something else. Never empty.
 */
export function cleanFileName(foreign: string): string {
  const bare = foreign
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const name = shortened(bare)
  if (name === '') return 'file'
  return device.test(name) ? `_${name}` : name
}

/** By its middle: the ending says what it is. */
function shortened(name: string): string {
  if (name.length <= maxLength) return name
  const [end = ''] = /\.[^.\s]+$/.exec(name) ?? []
  const kept = end.length <= maxEndLength ? end : ''
  return `${wellFormed(name.slice(0, maxLength - kept.length - 1))}…${kept}`
}

const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '')
