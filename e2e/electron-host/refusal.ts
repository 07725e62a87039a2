// Owns the refusal of everything Electron offers and this host does not do: such a member throws when it is touched.
// What Electron offers is read from electron.d.ts itself, so a newer Electron brings its own list with it.
import type { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const electronPackage = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'))
const declarations = readFileSync(path.join(electronPackage, 'electron.d.ts'), 'utf8')

/** Version of the Electron whose interface is imitated, from its npm package. */
export const electronVersion: string = (
  JSON.parse(readFileSync(path.join(electronPackage, 'package.json'), 'utf8')) as { version: string }
).version

export const refusal = (what: string): Error => new Error(`electron host: ${what} is not available`)

function members(typeName: string, kind: 'instance' | 'static'): ReadonlySet<string> {
  const names = new Set<string>()
  const head = new RegExp(`^  (?:class|interface) ${typeName}(?: extends (?:NodeJS\\.)?(\\w+))? \\{$`, 'm')
  const found = head.exec(declarations)
  if (!found) return names
  const body = declarations.slice(found.index, declarations.indexOf('\n  }\n', found.index))
  for (const line of body.matchAll(/^ {4}(static )?(?:readonly )?(\w+)\??[(<:]/gm)) {
    if ((line[1] !== undefined) === (kind === 'static')) names.add(line[2]!)
  }
  if (found[1]) for (const inherited of members(found[1], kind)) names.add(inherited)
  names.delete('constructor')
  return names
}

const mainNamespace = declarations.slice(declarations.indexOf('\n  namespace Main {'))
/** Names of all that Electron's main process can import. */
export const mainModules: ReadonlySet<string> = new Set(
  [...mainNamespace.slice(0, mainNamespace.indexOf('\n  }\n')).matchAll(/^ {4}(?:const|class) (\w+)/gm)].map(
    (line) => line[1]!,
  ),
)

function refusing<T extends object>(target: T, typeName: string, names: ReadonlySet<string>): T {
  return new Proxy(target, {
    get(_target, key, receiver) {
      if (typeof key === 'string' && names.has(key) && !(key in target)) throw refusal(`${typeName}.${key}`)
      return Reflect.get(target, key, receiver) as unknown
    },
  })
}

/**
 * The part of an Electron module that the host does, presented as the whole module. The part is checked against
 * Electron's own type; what it leaves out throws `electron host: Type.member is not available`.
 */
export function offered<T extends object>(typeName: string, part: Partial<T>): T {
  return refusing(part, typeName, members(typeName, 'instance')) as T
}

/** The same for a module whose members Electron declares as the statics of a class (nativeImage, utilityProcess …). */
export function offeredStatics<T extends object>(typeName: string, part: Partial<T>): T {
  return refusing(part, typeName, members(typeName, 'static')) as T
}

/**
 * A part of an Electron type, for `implements`: what is there must have Electron's shape. The methods of every emitter are
 * left out, because Electron declares them to return the whole type.
 */
export type Part<T> = Partial<Omit<T, keyof NodeJS.EventEmitter>>

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any constructor at all
type AnyClass = abstract new (...args: any[]) => object
type PartOf<Real extends AnyClass> = (new (
  ...args: ConstructorParameters<Real>
) => Part<InstanceType<Real>>) &
  Partial<Omit<Real, 'prototype' | keyof typeof EventEmitter>>

/** What Electron does not have, a host class may not have either: nothing of it could be relied on. */
type Known<Real extends AnyClass, Host extends AnyClass> =
  Exclude<keyof InstanceType<Host>, keyof InstanceType<Real>> extends never ? unknown : never

/**
 * The same for a class and its instances. The refusals sit behind the class in the prototype chain, where they are
 * asked only for what was not found before: private fields, `instanceof` and patched prototypes go on working.
 */
export function offeredClass<Real extends AnyClass>(typeName: string) {
  return <Host extends PartOf<Real>>(part: Host & Known<Real, Host>): Real => {
    behind(part.prototype as object, typeName, members(typeName, 'instance'))
    behind(part, typeName, members(typeName, 'static'))
    return part as unknown as Real
  }
}

function behind(object: object, typeName: string, names: ReadonlySet<string>): void {
  const parent = Object.getPrototypeOf(object) as object
  // A class's parent is called by super(), so it is wrapped itself; a prototype's parent stays reachable for instanceof.
  const target = typeof parent === 'function' ? parent : (Object.create(parent) as object)
  const refuser = new Proxy(target, {
    get(_target, key, receiver) {
      if (typeof key === 'string' && names.has(key) && !(key in target)) throw refusal(`${typeName}.${key}`)
      return Reflect.get(target, key, receiver) as unknown
    },
  })
  Object.setPrototypeOf(object, refuser)
}
