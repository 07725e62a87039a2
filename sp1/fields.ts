// The kinds of value a JSON body may hold: how each is written and how strictly it is read back. Knows no
// particular message.
import { base64url, fromBase64url, utf8 } from './encode.ts'
import { Refusal } from './refusal.ts'

/**
 * One kind of JSON value. `read` refuses everything that `write` could not have produced; `write` refuses what
 * `read` would refuse, so that a mistake of ours shows here and not at the peer.
 */
export interface Field<T> {
  write(value: T): unknown
  read(value: unknown): T
}

/** The fields of an object in the order in which they stand on the wire. */
export type Fields = Readonly<Record<string, Field<unknown>>>

/** The values that belong to `Fields`. */
export type ValuesOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never
}

/** Values that are the same in memory and on the wire, admitted by a test in both directions. */
function plain<T>(admits: (value: unknown) => value is T): Field<T> {
  const checked = (value: unknown): T => {
    if (!admits(value)) throw new Refusal('type')
    return value
  }
  return { write: checked, read: checked }
}

export function oneOf<const T extends string | number | boolean>(...allowed: readonly T[]): Field<T> {
  return plain((value): value is T => (allowed as readonly unknown[]).includes(value))
}

/** Well-formed text of at most `maxBytes` of UTF-8. */
export function text(maxBytes: number): Field<string> {
  return plain(
    (value): value is string =>
      typeof value === 'string' &&
      value.length <= maxBytes &&
      value.isWellFormed() &&
      utf8(value).length <= maxBytes,
  )
}

export function pattern(expression: RegExp): Field<string> {
  return plain((value): value is string => typeof value === 'string' && expression.test(value))
}

export const natural: Field<number> = plain(
  (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
)

export const flag: Field<boolean> = oneOf(true, false)

/** The fingerprint of a certificate as SP1 signs it: upper case, SHA-256 only (SP1 section 4). */
export const fingerprint: Field<string> = pattern(/^sha-256 (?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/)

/** Exactly `length` bytes, as canonical base64url. */
export function bytes(length: number): Field<Uint8Array> {
  return {
    write: (value) => {
      if (value.length !== length) throw new Refusal('size')
      return base64url(value)
    },
    read: (value) => fromBase64url(value, length),
  }
}

/** At least one byte and at most `maxLength`, as canonical base64url. */
export function bytesUpTo(maxLength: number): Field<Uint8Array> {
  const checked = (value: Uint8Array): Uint8Array => {
    if (value.length === 0 || value.length > maxLength) throw new Refusal('size')
    return value
  }
  return {
    write: (value) => base64url(checked(value)),
    read: (value) => checked(fromBase64url(value)),
  }
}

export function listOf<T>(item: Field<T>, maxItems: number): Field<readonly T[]> {
  return {
    write: (values) => {
      if (values.length > maxItems) throw new Refusal('type')
      return values.map((value) => item.write(value))
    },
    read: (values) => {
      if (!Array.isArray(values) || values.length > maxItems) throw new Refusal('type')
      return values.map((value) => item.read(value))
    },
  }
}

/** An object with exactly these fields in exactly this order; others are refused as `fields`. */
export interface RecordField<T> extends Field<T> {
  /** In the order on the wire. */
  readonly names: readonly string[]
}

export function record<F extends Fields>(fields: F): RecordField<ValuesOf<F>> {
  const names = Object.keys(fields)
  return {
    names,
    write: (values) => Object.fromEntries(names.map((name) => [name, fields[name]?.write(values[name])])),
    read: (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refusal('type')
      const entries = Object.entries(value)
      if (entries.length !== names.length) throw new Refusal('fields')
      const read = entries.map(([name, item], index) => {
        const field = fields[name]
        if (name !== names[index] || field === undefined) throw new Refusal('fields')
        return [name, field.read(item)]
      })
      return Object.fromEntries(read) as ValuesOf<F>
    },
  }
}
