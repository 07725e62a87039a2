import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isBuilt } from './app-build.ts'

let root: string
const write = (path: string, ageS: number) => {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  age(path, ageS)
}
const age = (path: string, ageS: number) => {
  const timeS = Date.now() / 1000 - ageS
  utimesSync(join(root, path), timeS, timeS)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'earshot-build-'))
  const folders = ['contract', 'sp1', 'main', 'preload', 'renderer', 'signaling-server']
  for (const folder of folders) write(`${folder}/source.ts`, 100)
  for (const folder of folders) age(folder, 100)
  for (const file of ['electron.vite.config.ts', 'package-lock.json']) write(file, 100)
  for (const file of ['main/index.js', 'main/signaling-server.js', 'preload/index.cjs'])
    write(`out/${file}`, 50)
  for (const file of ['renderer/index.html', 'renderer/alert.html', 'renderer/picker.html'])
    write(`out/${file}`, 50)
})
afterEach(() => rmSync(root, { recursive: true }))

describe('whether the app has to be built', () => {
  it('is built when every output is newer than every source', () => {
    expect(isBuilt(root)).toBe(true)
  })

  it('is not built when a source deep in a folder is newer', () => {
    write('main/call/machine.ts', 10)
    age('main/call', 100)
    age('main', 100)
    expect(isBuilt(root)).toBe(false)
  })

  it('is not built when a source file was removed since', () => {
    write('sp1/gone.ts', 100)
    unlinkSync(join(root, 'sp1/gone.ts'))
    expect(isBuilt(root)).toBe(false)
  })

  it('is not built when one output is missing', () => {
    unlinkSync(join(root, 'out/renderer/alert.html'))
    expect(isBuilt(root)).toBe(false)
  })
})
