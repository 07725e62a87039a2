// Reads values out of a vector file whose form is not known to be right: whatever is missing or of another type
// throws an error that names it.
import { fromHex } from '../../sp1/encode.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Every number as a bigint, because a counter of 64 bits is more than a number can tell. */
export function parseExactly(text: string): unknown {
  const exact = (_name: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? BigInt(context.source) : value
  return JSON.parse(text, exact)
}

export function objectOf(value: unknown, name: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`${name} is not an object`)
  }
  return value as JsonObject
}

export function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${name} is not a list`)
  return value
}

export function objectAt(object: JsonObject, name: string): JsonObject {
  return objectOf(object[name], name)
}

export function textAt(object: JsonObject, name: string): string {
  const value = object[name]
  if (typeof value !== 'string') throw new Error(`${name} is not text`)
  return value
}

export function numberAt(object: JsonObject, name: string): number {
  const value = object[name]
  if (typeof value !== 'number') throw new Error(`${name} is not a number`)
  return value
}

export function bigintAt(object: JsonObject, name: string): bigint {
  const value = object[name]
  if (typeof value !== 'bigint') throw new Error(`${name} is not a whole number`)
  return value
}

export function bytesAt(object: JsonObject, name: string): Uint8Array {
  try {
    return fromHex(textAt(object, name))
  } catch {
    throw new Error(`${name} is not hexadecimal`)
  }
}

/** Runs `compute` at most once; a failure is remembered and thrown each time. */
export function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | { readonly error: unknown } | undefined
  return () => {
    if (result === undefined) {
      try {
        result = { value: compute() }
      } catch (error) {
        result = { error }
      }
    }
    if ('error' in result) throw result.error
    return result.value
  }
}
