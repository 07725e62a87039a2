// Which addresses may be handed to the system's browser.

/**
 * The address as it will be opened, or null. SECURITY: parsed and written again, so that what was checked is what
 * is opened; other schemes would start other programs (E14).
 */
export function externalUrl(text: string): string | null {
  // The URL parser drops tabs and new lines, which is how a scheme is smuggled past a reader.
  if (/[\p{Cc}\p{Cf}\s]/u.test(text)) return null
  const url = URL.parse(text)
  if (!url || url.protocol !== 'https:' || url.username || url.password) return null
  return url.href
}
