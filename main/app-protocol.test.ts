import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appUrl, createAppProtocol, isAppUrl } from './app-protocol.ts'

let folder: string
let serve: ReturnType<typeof createAppProtocol>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'app-protocol-'))
  const root = join(folder, 'renderer')
  await mkdir(join(root, 'assets'), { recursive: true })
  await mkdir(join(folder, 'renderer-old'))
  await writeFile(join(root, 'index.html'), '<html><head><title>x</title></head></html>')
  await writeFile(join(root, 'assets/index.js'), 'script')
  await writeFile(join(root, 'assets/notes.txt'), 'text')
  await writeFile(join(folder, 'secret.html'), 'secret')
  await writeFile(join(folder, 'renderer-old/index.html'), 'secret')
  let drawn = 0
  serve = createAppProtocol({ root, rng: (length) => new Uint8Array(length).fill(drawn++) })
})
afterAll(() => rm(folder, { recursive: true, force: true }))
const get = (url: string, method = 'GET') => serve({ method, url })

test('E8 a file is served with its own type and never sniffed', async () => {
  const script = await get(appUrl('assets/index.js'))
  expect(await script.text()).toBe('script')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(script.headers.get('x-content-type-options')).toBe('nosniff')
  expect((await get(appUrl('index.html'))).headers.get('content-type')).toBe('text/html; charset=utf-8')
})

test('E9 the policy is exactly this', async () => {
  const policy = (await get(appUrl('index.html'))).headers.get('content-security-policy')
  expect(policy?.replace(/'nonce-[\w-]{22}'/, "'nonce-<n>'").split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'nonce-<n>'",
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
  ])
})

test('E9 a page finds the nonce of its own answer, and no two answers share one', async () => {
  const nonces = []
  for (const _ of [1, 2]) {
    const page = await get(appUrl('index.html'))
    const [, nonce] = /<meta property="csp-nonce" nonce="([\w-]+)">/.exec(await page.text())!
    expect(page.headers.get('content-security-policy')).toContain(`'nonce-${nonce}'`)
    nonces.push(nonce)
  }
  expect(nonces[0]).not.toBe(nonces[1])
})

test('E9 scripts and workers carry the policy too', async () => {
  expect((await get(appUrl('assets/index.js'))).headers.get('content-security-policy')).toContain("'none'")
})

test('a HEAD request has the headers and no body', async () => {
  const answer = await get(appUrl('assets/index.js'), 'HEAD')
  expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([
    200,
    '',
    'text/javascript; charset=utf-8',
  ])
})

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'get'])('E8 the method %s is refused', async (method) => {
  expect((await get(appUrl('index.html'), method)).status).toBe(405)
})

test.each([
  'app://bundle/',
  'app://bundle/assets',
  'app://bundle/assets/notes.txt',
  'app://bundle/missing.js',
  'app://bundle/../secret.html',
  'app://bundle/assets/../../secret.html',
  'app://bundle/%2e%2e/secret.html',
  'app://bundle/%2e%2e%2fsecret.html',
  'app://bundle/..%2fsecret.html',
  'app://bundle/..%5csecret.html',
  'app://bundle/..\\secret.html',
  'app://bundle/%252e%252e%252fsecret.html',
  'app://bundle/..%2frenderer-old/index.html',
  'app://bundle/index.html%00.js',
  'app://bundle/index.html::$DATA',
  'app://bundle/%ff',
  'app://bundle//etc/hostname.html',
  'app://bundle/%2f%2fetc/hostname.html',
  'app://other/index.html',
  'app://bundle.evil/index.html',
  'app://bundle:80/index.html',
  'app:index.html',
  'file:///etc/passwd',
  'http://bundle/index.html',
  'index.html',
  '',
])('E8 %s leads nowhere', async (url) => {
  const answer = await get(url)
  expect([answer.status, await answer.text()]).toEqual([404, ''])
})

test('E8 no path made of parts that climb reaches a file outside', async () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    '\\',
    '%5c',
    '/',
    '%2f',
    'renderer',
    'secret.html',
    '%00',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      const answer = await get(`app://bundle/${parts.join('/')}`)
      expect(await answer.text()).not.toContain('secret')
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['app://bundle/index.html', true],
  ['app://bundle', true],
  ['app://bundle.evil/', false],
  ['app://user@bundle/', true],
  ['app://evil@other/', false],
  ['apps://bundle/', false],
  ['https://bundle/', false],
  ['about:blank', false],
  ['', false],
])('%s is ours: %s', (url, ours) => {
  expect(isAppUrl(url)).toBe(ours)
})
