// The link that a person hands out: how it is written and how strictly it is read. What it says only ever fills
// a form; it cannot dial, add, trust or change a server.
import * as v from 'valibot'
import { PhoneError } from '../../contract/errors.ts'
import { Address } from '../../contract/ids.ts'
import type { ContactForm } from '../../contract/ipc.ts'
import { OwnName } from '../../contract/settings.ts'
import { addressOf, parseAddress } from '../../sp1/address.ts'
import { openSuccessions, readSuccessions } from '../../sp1/succession.ts'
import { parseServerUrl } from '../server-url.ts'

/** A form as a link carries it. `was`: the keys whose owner says that this address follows them, verified. */
export interface LinkForm extends ContactForm {
  readonly was: readonly Address[]
}

/** The scheme that the app registers; `sp1:` is read as well. */
export const linkScheme = 'earshot'
const MAX_BYTES = 2048
const SHAPE = /^(?:earshot|sp1):([a-z2-7]{56})(?:\?([^?#]*))?$/i

/** `successions`: what leads from earlier keys to this one, in writing; empty for a first key. */
export function linkOf(
  form: { address: Address; name: string; server: string | null },
  successions = '',
): string {
  const parts = [
    form.server && `server=${encodeURIComponent(form.server)}`,
    form.name && `name=${encodeURIComponent(form.name)}`,
    successions && `was=${successions}`,
  ].filter(Boolean)
  return `${linkScheme}:${form.address}${parts.length > 0 ? `?${parts.join('&')}` : ''}`
}

/** Looks like one of our links, good or bad: so that a bad one can be told to the person. */
export function isLink(text: string): boolean {
  return /^(?:earshot|sp1):/i.test(text)
}

/**
 * `earshot:ADDRESS?server=…&name=…&was=…`, all parts optional, each at most once, nothing else. Anything else is
 * refused as `bad-link`; an address with a typo as `bad-address`.
 */
export function parseLink(text: string): LinkForm {
  if (Buffer.byteLength(text) > MAX_BYTES) throw new PhoneError('bad-link')
  const [, letters, query] = SHAPE.exec(text) ?? []
  if (letters === undefined) throw new PhoneError('bad-link')
  const parts = readQuery(query)
  const address = readAddress(letters)
  return {
    address,
    name: readName(parts.get('name')),
    server: readServer(parts.get('server')),
    was: readWas(parts.get('was'), address),
  }
}

/** What a person pasted: a link, or an address alone. Codes: `bad-link`, `bad-address`. */
export function readForm(text: string): LinkForm {
  const trimmed = text.trim()
  const link = /^earshot:|\?/i.test(trimmed)
  return link ? parseLink(trimmed) : { address: readAddress(trimmed), name: '', server: null, was: [] }
}

/** An address as a person may type it, in its canonical form. Refused as `bad-address`. */
export function readAddress(text: string): Address {
  try {
    return v.parse(Address, addressOf(parseAddress(text)))
  } catch (cause) {
    throw new PhoneError('bad-address', { cause })
  }
}

function readQuery(query: string | undefined): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of query ? query.split('&') : []) {
    const [name = '', value, ...more] = part.split('=')
    const known = name === 'server' || name === 'name' || name === 'was'
    if (!known || parts.has(name) || value === undefined || more.length > 0) throw new PhoneError('bad-link')
    parts.set(name, decode(value))
  }
  return parts
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch (cause) {
    throw new PhoneError('bad-link', { cause })
  }
}

function readName(name: string | undefined): string {
  if (name === undefined) return ''
  const parsed = v.safeParse(OwnName, name)
  if (!parsed.success) throw new PhoneError('bad-link')
  return parsed.output
}

function readWas(was: string | undefined, address: Address): readonly Address[] {
  if (was === undefined) return []
  try {
    const olds = openSuccessions(parseAddress(address), readSuccessions(was))
    return olds.map((key) => addressOf(key) as Address)
  } catch (cause) {
    throw new PhoneError('bad-link', { cause })
  }
}

function readServer(server: string | undefined): string | null {
  if (server === undefined) return null
  try {
    return parseServerUrl(server)
  } catch (cause) {
    throw new PhoneError('bad-link', { cause })
  }
}
