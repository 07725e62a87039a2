// Owns the source text that is injected into every page. The functions of page/ are typed and imported like any other;
// what travels is their own text, from which Node has already taken the types.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createCodec } from './page/codec.ts'
import { prepareMainWorld } from './page/main-world.ts'
import { preparePreloadWorld, type PreloadSurroundings } from './page/preload-world.ts'
import { createWorldBridge } from './page/world-bridge.ts'

/** Name of the isolated world, in which the preload runs. */
export const PRELOAD_WORLD = 'electron'

const secret = JSON.stringify(`electron-host-${randomBytes(12).toString('hex')}`)

export const mainWorldScript = `(${prepareMainWorld})(${createWorldBridge}, ${secret})`

export function preloadWorldScript(
  preloadFile: string | undefined,
  surroundings: PreloadSurroundings,
): string {
  const parameters = 'require, module, exports, process, global'
  const preload =
    preloadFile === undefined
      ? 'undefined'
      : `function (${parameters}) {${readFileSync(preloadFile, 'utf8')}\n}`
  const name = preloadFile === undefined ? '' : `\n//# sourceURL=${preloadFile}`
  const args = [createWorldBridge, secret, createCodec, JSON.stringify(surroundings), preload]
  return `(${preparePreloadWorld})(${args.map(String).join(', ')})${name}`
}
