import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFuses, wrongFuses } from './fuses.ts'

// The wire as it lies in an Electron binary: a fixed sentinel, version 1, a length, one character a fuse.
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const knownFuses = 9

let folder: string
let binary: string
const writeBinary = (wire: string) =>
  writeFileSync(binary, `before${sentinel}\u0001${String.fromCharCode(wire.length)}${wire}after`)
const wireIn = () => readFileSync(binary, 'latin1').slice(`before${sentinel}`.length + 2, -'after'.length)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'earshot-fuses-'))
  binary = join(folder, 'earshot')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the fuse wire (E2)', () => {
  it('E2 E3: turns off every power of Node and turns on cookie encryption and the asar rules', async () => {
    writeBinary('1'.repeat(knownFuses))
    await writeFuses(binary, 'win32')
    // runAsNode, cookies, NODE_OPTIONS, --inspect, asar integrity, only asar, V8 snapshot, file privileges, wasm traps
    expect(wireIn()).toBe('010011001')
  })

  it('E2: leaves asar integrity off on Linux, where Electron has none', async () => {
    writeBinary('1'.repeat(knownFuses))
    await writeFuses(binary, 'linux')
    expect(wireIn()).toBe('010001001')
  })

  it('E2: refuses an Electron with a fuse that nobody decided about, and leaves it as it was', async () => {
    writeBinary('0'.repeat(knownFuses + 1))
    await expect(writeFuses(binary, 'linux')).rejects.toThrow(/strictlyRequireAllFuses/)
    expect(wireIn()).toBe('0'.repeat(knownFuses + 1))
  })

  it('E2: refuses a binary that holds no wire', async () => {
    writeFileSync(binary, 'not Electron')
    await expect(writeFuses(binary, 'linux')).rejects.toThrow(/sentinel/)
  })

  it('E2: names each fuse of a packed app that is not as promised', async () => {
    writeBinary('110001001')
    expect(await wrongFuses(binary, 'linux')).toEqual(['RunAsNode'])
    await writeFuses(binary, 'linux')
    expect(await wrongFuses(binary, 'linux')).toEqual([])
  })
})
