// `app://bundle/`: how the app's own pages are served, and under which policy. Serves the files of one folder
// and knows nothing of what they do.
import { readFile } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'
import { base64url, type Rng } from '../sp1/encode.ts'

export const appScheme = 'app'
const HOST = 'bundle'

/** Registered before `ready`: a page of the scheme has an origin of its own and counts as secure. */
export const appSchemePrivileges = { standard: true, secure: true, supportFetchAPI: true, stream: true }

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.ogg': 'audio/ogg',
}

export function appUrl(file: string): string {
  return `${appScheme}://${HOST}/${file}`
}

/** SECURITY: compares the parsed parts; a prefix test would also admit `app://bundle.evil/`. */
export function isAppUrl(text: string): boolean {
  const url = URL.parse(text)
  return url?.protocol === `${appScheme}:` && url.host === HOST
}

/**
 * The policy of every page (E9). `connect-src 'none'`: a page talks to nobody but main. Vue makes the policy
 * `vue`; `earshot` is reserved for a worker of our own. The nonce is for the style elements that reka-ui adds.
 */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "media-src 'self' blob: mediastream:",
    "font-src 'self'",
    "worker-src 'self'",
    "connect-src 'none'",
    "object-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types vue earshot',
  ].join('; ')
}

/** Answers requests for the files under `root`; everything else is 404, everything but GET and HEAD 405. */
export function createAppProtocol(options: { root: string; rng: Rng }) {
  const root = resolve(options.root)

  return async (request: { readonly method: string; readonly url: string }): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return bare(405)
    const path = pathIn(root, request.url)
    const type = path && types[extname(path)]
    const content = path && type ? await readFile(path).catch(() => null) : null
    if (!content || !type) return bare(404)
    const nonce = base64url(options.rng(16))
    const body = type.startsWith('text/html')
      ? withNonce(content.toString('utf8'), nonce)
      : new Uint8Array(content)
    return new Response(request.method === 'HEAD' ? null : body, {
      headers: {
        'content-type': type,
        'x-content-type-options': 'nosniff',
        'content-security-policy': contentSecurityPolicy(nonce),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      },
    })
  }
}

function bare(status: number): Response {
  return new Response(null, { status, headers: { 'x-content-type-options': 'nosniff' } })
}

/** The absolute path of a file inside `root`, or null for a URL that is not of ours or leads elsewhere. */
function pathIn(root: string, text: string): string | null {
  if (!isAppUrl(text)) return null
  const decoded = decode(new URL(text).pathname)
  // A backslash divides folders on Windows only, a NUL ends a name for some systems, a colon names a stream.
  if (decoded === null || /[\\\0:%]/.test(decoded)) return null
  const path = resolve(root, `.${decoded}`)
  // SECURITY: compared with the very folder served and a separator, so that `renderer-old` is not inside `renderer`.
  return path.startsWith(root + sep) ? path : null
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}

/** Where the page finds the nonce for the style elements it has to make. */
function withNonce(html: string, nonce: string): string {
  return html.replace('<head>', `<head><meta property="csp-nonce" nonce="${nonce}">`)
}
