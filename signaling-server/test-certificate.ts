// Certificates for this computer that vouch for themselves, made anew for each run. Nobody trusts one unless a test says
// so, and then in the process of that test only.
import { randomUUID } from 'node:crypto'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { generate } from 'selfsigned'
import type { TlsFiles } from './listener.ts'

/** As RFC 5280 numbers them: 2 is a name, 7 an address. */
type AlternativeName =
  { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string }

const thisComputer: readonly AlternativeName[] = [
  { type: 2, value: 'localhost' },
  { type: 7, ip: '127.0.0.1' },
]

/** For this computer unless other names are given, two days. Each has a name of its own: an authority is found by its name. */
export async function newCertificate(names: readonly AlternativeName[] = thisComputer): Promise<TlsFiles> {
  const made = await generate([{ name: 'commonName', value: `Test ${randomUUID()}` }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + 2 * 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [...names] },
    ],
  })
  return { cert: made.cert, key: made.private }
}

/** Whoever made these counts as an authority in this process from now on; each call replaces the one before. */
export function trustOnly(...trusted: readonly TlsFiles[]): void {
  setDefaultCACertificates([...getCACertificates('bundled'), ...trusted.map(({ cert }) => cert)])
}
