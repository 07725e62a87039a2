import { describe, expect, it } from 'vitest'
import { asarPaths, importedPackages, judgeContents, productionPackages } from './package-contents.ts'

const production = new Set(['socket.io', '@noble/curves'])
const needed = ['out/main/index.js', 'package.json']
const good = [
  'package.json',
  'out/main/index.js',
  'out/main/chunks/frame-B1x_2.js',
  'out/preload/index.cjs',
  'out/renderer/index.html',
  'out/renderer/assets/index-Df3.css',
  'build/tray/in-call-dark-22@2x.png',
  'node_modules/socket.io/dist/index.js',
  'node_modules/@noble/curves/ed25519.js',
]

describe('the contents of a packed app', () => {
  it('accepts the built app, its tray images and its production packages', () => {
    expect(judgeContents(good, production, needed)).toEqual({ unexpected: [], missing: [] })
  })

  it.each([
    'e2e/evil-server/server.js',
    'sp1/vectors/sp1.json',
    'main/index.ts',
    'out/main/index.js.map',
    'out/renderer/vectors/sp1.json',
    'build/draw-icons.ts',
    'electron-builder.yml',
    '.env',
    'node_modules/vitest/dist/index.js',
    'node_modules/socket.io/node_modules/vitest/index.js',
    'node_modules/socket.io/test/socket.js',
    'node_modules/@noble/curves/src/ed25519.ts',
    'node_modules/.package-lock.json',
  ])('refuses %s', (path) => {
    expect(judgeContents([...good, path], production, needed).unexpected).toEqual([path])
  })

  it('names what is needed and not there', () => {
    expect(judgeContents(['package.json'], production, needed).missing).toEqual(['out/main/index.js'])
  })
})

describe('the packages that built code imports', () => {
  it('finds every form of import and leaves Node, Electron and own chunks out', () => {
    const code = `import{a as b}from"socket.io-client/dist/x";import "valibot"
      const c = require('@noble/curves/ed25519.js'); const d = await import("electron-store")
      import { app } from 'electron'; import fs from 'node:fs'; import './chunks/x.js'; export { e } from "../f.js"`
    expect([...importedPackages(code)].sort()).toEqual([
      '@noble/curves',
      'electron-store',
      'socket.io-client',
      'valibot',
    ])
  })
})

describe('the production packages of a lockfile', () => {
  it('counts nested and scoped packages and leaves development and types out', () => {
    const lockfile = {
      packages: {
        '': {},
        'node_modules/socket.io': {},
        'node_modules/@noble/curves': {},
        'node_modules/socket.io/node_modules/ws': {},
        'node_modules/vitest': { dev: true },
        'node_modules/jiti': { devOptional: true },
        'node_modules/@types/node': {},
      },
    }
    expect([...productionPackages(lockfile)]).toEqual(['socket.io', '@noble/curves', 'ws'])
  })
})

describe('the listing of an asar archive', () => {
  it('reads the paths of all files, folders first opened', () => {
    const json = JSON.stringify({
      files: { 'package.json': {}, out: { files: { main: { files: { 'a.js': {} } } } } },
    })
    const head = Buffer.alloc(16)
    head.writeUInt32LE(4, 0)
    head.writeUInt32LE(json.length + 8, 4)
    head.writeUInt32LE(json.length + 4, 8)
    head.writeUInt32LE(json.length, 12)
    expect(asarPaths(Buffer.concat([head, Buffer.from(json), Buffer.from('file contents')]))).toEqual([
      'package.json',
      'out/main/a.js',
    ])
  })
})
