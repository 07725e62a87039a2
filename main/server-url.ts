// What counts as the URL of a signaling server, wherever one comes from: typed, pasted, or inside a link.
import { PhoneError } from '../contract/errors.ts'

const MAX_LENGTH = 512
const schemes: Readonly<Record<string, string>> = {
  'https:': 'https:',
  'http:': 'http:',
  'wss:': 'https:',
  'ws:': 'http:',
}

/**
 * The origin of a server (`https://host` or `https://host:port`), ws mapped to http (SP1 section 3). An address
 * without a scheme counts as https. Codes: `server-url-invalid` for anything that is more or less than an
 * origin, `server-insecure` for http to another computer.
 */
export function parseServerUrl(text: string): string {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LENGTH || !/^[\x21-\x7e]+$/.test(trimmed))
    throw new PhoneError('server-url-invalid')
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  const scheme = url && schemes[url.protocol]
  if (!url || !scheme || url.hostname === '' || url.username || url.password) {
    throw new PhoneError('server-url-invalid')
  }
  // A path, even an empty query, would say that something there matters; only the origin is ever used.
  if (url.pathname !== '/' || /[?#\\]/.test(trimmed)) throw new PhoneError('server-url-invalid')
  // SECURITY: without TLS everybody on the way could hold up calls and see who logs in (E28).
  if (scheme === 'http:' && !isLoopback(url.hostname)) throw new PhoneError('server-insecure')
  return new URL(`${scheme}//${url.host}`).origin
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
