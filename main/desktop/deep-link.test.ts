import { expect, test } from 'vitest'
import { PhoneError } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { signSuccession, writeSuccessions } from '../../sp1/succession.ts'
import { linkOf, parseLink, readAddress, readForm } from './deep-link.ts'

const address = addressOf(identityFromSeed(new Uint8Array(32).fill(1)).publicKey) as Address
const codeOf = (text: string) => {
  try {
    return parseLink(text)
  } catch (error) {
    return error instanceof PhoneError ? error.code : error
  }
}

test.each([
  { address, name: 'Bea Müller', server: 'https://calls.example.org:8443' },
  { address, name: '', server: null },
  { address, name: 'a&b=c?d#e+f%', server: null },
  { address, name: '', server: 'http://127.0.0.1:7117' },
])('a link that was written is read back: %j', (form) => {
  expect(parseLink(linkOf(form))).toEqual({ ...form, was: [] })
})

test('the parts may stand in either order and the letters in either case', () => {
  const upper = `SP1:${address.toUpperCase()}?name=Bea&server=wss%3A%2F%2Fcalls.example.org`
  expect(parseLink(upper)).toEqual({
    address,
    name: 'Bea',
    server: 'https://calls.example.org',
    was: [],
  })
})

const typo = address.replace(/^./, (letter) => (letter === 'a' ? 'b' : 'a'))
const withQuery = (query: string) => `earshot:${address}?${query}`
const hostile: [string, string][] = [
  ['nothing', ''],
  ['the scheme alone', 'earshot:'],
  ['another scheme', `javascript:${address}`],
  ['a web page', `https://earshot.invalid/${address}`],
  ['a scheme that only begins alike', `earshots:${address}`],
  ['a scheme inside another', `x-earshot:${address}`],
  ['an authority', `earshot://${address}`],
  ['a host', `earshot://evil.example/${address}`],
  ['userinfo', `earshot:evil@${address}`],
  ['a path', `earshot:${address}/dial`],
  ['a trailing slash', `earshot:${address}/`],
  ['a fragment', `earshot:${address}#dial`],
  ['a fragment after the query', withQuery('name=a#b')],
  ['a short address', `earshot:${address.slice(1)}`],
  ['a long address', `earshot:${address}a`],
  ['an address in groups', `earshot:${address.slice(0, 28)} ${address.slice(28)}`],
  ['an escaped address', `earshot:%61${address.slice(1)}`],
  ['a Kelvin sign for a k', `earshot:${'\u212a'.repeat(56)}`],
  ['an order to dial', withQuery('call=1')],
  ['an order to trust', withQuery('name=a&trust=V2')],
  ['an unknown part after good ones', withQuery('name=a&server=https%3A%2F%2Fa.example&x=y')],
  ['the same part twice', withQuery('name=a&name=b')],
  ['a part without a value', withQuery('name')],
  ['a part with two values', withQuery('name=a=b')],
  ['an empty part', withQuery('name=a&')],
  ['a second query', withQuery('name=a?server=b')],
  ['an empty name', withQuery('name=')],
  ['a name of blanks', withQuery('name=%20%20')],
  ['a name of 65 letters', withQuery(`name=${'a'.repeat(65)}`)],
  ['a new line in the name', withQuery('name=Bea%0aTrusted')],
  ['a NUL in the name', withQuery('name=Bea%00')],
  ['a right-to-left override', withQuery('name=%E2%80%AEaeB')],
  ['a direction mark, not escaped', withQuery('name=\u202eaeB')],
  ['an isolate', withQuery('name=%E2%81%A6Bea')],
  ['a line separator', withQuery('name=Bea%E2%80%A8x')],
  ['a broken escape', withQuery('name=%E0%A4%A')],
  ['broken UTF-8', withQuery('name=%ff%fe')],
  ['options after the link', `earshot:${address} --user-data-dir=/tmp/evil`],
  ['an escaped new line and an option', `earshot:${address}%0a--no-sandbox`],
  ['a new line at the end', `earshot:${address}\n`],
  ['2049 bytes', withQuery(`name=${'%61'.repeat(700)}`)],
  ['a server with userinfo', withQuery('server=https%3A%2F%2Fuser%3Aword%40a.example')],
  ['a server with a path', withQuery('server=https%3A%2F%2Fa.example%2Fx')],
  ['a server without TLS', withQuery('server=http%3A%2F%2Fa.example')],
  ['a server that is a file', withQuery('server=file%3A%2F%2F%2Fetc%2Fpasswd')],
  ['a server that is a script', withQuery('server=javascript%3Aalert(1)')],
  ['a server with a bidi mark', withQuery('server=https%3A%2F%2Fa.example%E2%80%AE')],
  ['an empty server', withQuery('server=')],
]

test.each(hostile)('E20 a link with %s fills no form', (_, link) => {
  expect(codeOf(link)).toBe('bad-link')
})

test('E20 the table of hostile links is long enough to be called one', () => {
  expect(hostile.length).toBeGreaterThanOrEqual(40)
})

test('I1 an address with a typo is told apart, in a link and typed', () => {
  expect(codeOf(`earshot:${typo}`)).toBe('bad-address')
  expect(() => readAddress(typo)).toThrow('bad-address')
})

test('a typed address is read in groups and in either case', () => {
  const groups = address.toUpperCase().match(/.{4}/g)!.join(' ')
  expect(readAddress(`sp1:${groups}`)).toBe(address)
})

test.each([
  ['a link', ` ${linkOf({ address, name: 'Bea', server: null })}\n`, 'Bea'],
  ['an address', address, ''],
  ['an address with the short scheme', `sp1:${address}`, ''],
])('%s that was pasted fills the form', (_, text, name) => {
  expect(readForm(text)).toEqual({ address, name, server: null, was: [] })
})

test.each([
  ['hello', 'bad-address'],
  ['earshot:hello', 'bad-link'],
  [`${address}?call=1`, 'bad-link'],
])('%s that was pasted fills no form', (text, code) => {
  expect(() => readForm(text)).toThrow(code)
})

test('a link tells which key this one follows, if both keys signed it', () => {
  const [old, next, eve] = [2, 3, 4].map((fill) => identityFromSeed(new Uint8Array(32).fill(fill)))
  if (!old || !next || !eve) throw new Error('three people')
  const form = { address: addressOf(next.publicKey) as Address, name: 'Bea', server: null }
  const was = writeSuccessions([signSuccession(old, next, 1)])
  expect(parseLink(linkOf(form, was)).was).toEqual([addressOf(old.publicKey)])
  const ofAnother = writeSuccessions([signSuccession(old, eve, 1)])
  expect(() => parseLink(linkOf(form, ofAnother))).toThrow('bad-link')
  expect(() => parseLink(linkOf(form, was.slice(1)))).toThrow('bad-link')
})
