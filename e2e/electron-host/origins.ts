// Owns the two names of one page: app://bundle/x, which the app says, and http://bundle.app.localhost/x, which Chromium
// says, because a stock Chromium cannot be taught a new standard scheme. *.localhost is a secure context there.

const schemes = new Set<string>()

export const registerScheme = (scheme: string): void => void schemes.add(scheme)
export const registeredSchemes = (): string[] => [...schemes]

export function toChromium(url: string): string {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url)
  if (!parts || !schemes.has(parts[1]!)) return url
  return `http://${parts[2]}.${parts[1]}.localhost${parts[3] || '/'}`
}

export function toApp(url: string): string {
  const parts = /^http:\/\/([^/?#]+)\.([a-z0-9-]+)\.localhost(?::\d+)?(.*)$/i.exec(url)
  return parts && schemes.has(parts[2]!) ? `${parts[2]}://${parts[1]}${parts[3]}` : url
}

/** `app://bundle` of `app://bundle/index.html`; `file://` of a file; `null` of about:blank. */
export function originOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? 'null'
}
