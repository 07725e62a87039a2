// The certificate and key of a server that ends TLS itself, as files. Knows no server.
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { TlsFiles } from './listener.ts'

export interface TlsPaths {
  readonly cert: string
  readonly key: string
}

/** Throws an Error with a sentence for whoever named the files. */
export function readTls({ cert, key }: TlsPaths): TlsFiles {
  const files = { cert: readText(cert), key: readText(key) }
  try {
    createSecureContext(files)
  } catch (cause) {
    throw new Error(`${cert} and ${key} are not a certificate and its private key.`, { cause })
  }
  return files
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`${path} cannot be read.`, { cause })
  }
}
