import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ownTone, ringLimits } from '../contract/ringing.ts'
import { defaultSettings, type Settings } from '../contract/settings.ts'
import { removeOwnFiles } from './private-file.ts'
import { createRingtones, isSound } from './ringtones.ts'

let folder: string
let data: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringtones-'))
  data = join(folder, 'data')
  await mkdir(data)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const wave = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(100)])

function person(settings: { current: Settings } = { current: defaultSettings }) {
  const answers: (string | null | Promise<string | null>)[] = []
  const ringtones = createRingtones({
    folder: data,
    settings: {
      get: () => settings.current,
      change: (part) => (settings.current = { ...settings.current, ...part }),
    },
    soundToRead: async () => (await answers.shift()) ?? null,
  })
  const file = async (name: string, content: Uint8Array | string = wave) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }
  const choose = async (name: string, content?: Uint8Array | string) => {
    answers.push(await file(name, content))
    return ringtones.choose()
  }
  return { ringtones, answers, settings, choose }
}
const files = () => readdir(join(data, 'ringtones')).catch(() => [])

test('a sound that was chosen is copied once the page can play it, for this user alone, and rings', async () => {
  const { ringtones, choose, settings } = person()
  const chosen = await choose('My tune.wav')
  expect(chosen).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'My tune' })
  expect(await files()).toEqual([])
  const { id } = chosen!
  expect(ringtones.plays(ownTone(id))).toBe(false)
  expect(Buffer.from(await ringtones.read(id)).equals(wave)).toBe(true)
  await ringtones.keep(id)
  expect(settings.current.ownRingtones).toEqual([{ id, name: 'My tune' }])
  const path = join(data, 'ringtones', id)
  expect((await readFile(path)).equals(wave)).toBe(true)
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(ringtones.plays(ownTone(id))).toBe(true)
  expect(Buffer.from(await person(settings).ringtones.read(id)).equals(wave)).toBe(true)
})

test('a dialog that was closed chooses nothing', async () => {
  const { ringtones, answers } = person()
  answers.push(null)
  expect(await ringtones.choose()).toBeNull()
})

test.each([
  ['text', 'hello, I am a ringtone', 'ringtone-kind'],
  ['empty', '', 'ringtone-kind'],
  ['too large', Buffer.concat([wave, Buffer.alloc(ringLimits.fileBytes)]), 'ringtone-too-large'],
])('a file that is %s is refused, and nothing is kept', async (_, content, code) => {
  const { choose, settings } = person()
  await expect(choose('tune.wav', content)).rejects.toMatchObject({ code })
  expect([settings.current.ownRingtones, await files()]).toEqual([[], []])
})

test('what is no file or is not there is refused', async () => {
  const { ringtones, answers } = person()
  answers.push(folder, join(folder, 'gone.wav'))
  await expect(ringtones.choose()).rejects.toMatchObject({ code: 'ringtone-unreadable' })
  await expect(ringtones.choose()).rejects.toMatchObject({ code: 'ringtone-unreadable' })
})

test('one dialog stands at a time', async () => {
  const { ringtones, answers } = person()
  const { promise, resolve } = Promise.withResolvers<string | null>()
  answers.push(promise)
  const first = ringtones.choose()
  await expect(ringtones.choose()).rejects.toMatchObject({ code: 'question-open' })
  resolve(null)
  await first
})

test.each(['../identity.json', 'f'.repeat(32)])(
  'the page reads nothing that is no ringtone: %s',
  async (id) => {
    await writeFile(join(data, 'identity.json'), wave)
    const { ringtones } = person()
    await expect(ringtones.read(id)).rejects.toMatchObject({ code: 'ringtone-unreadable' })
    await expect(ringtones.keep(id)).rejects.toMatchObject({ code: 'not-ready' })
  },
)

test('one that was chosen before another was chosen is forgotten', async () => {
  const { ringtones, choose } = person()
  const first = await choose('first.wav')
  await choose('second.wav')
  await expect(ringtones.keep(first!.id)).rejects.toMatchObject({ code: 'not-ready' })
})

test('twenty are enough', async () => {
  const own = Array.from({ length: ringLimits.ownRingtones }, (_, n) => ({
    id: `${n}`.padStart(32, '0'),
    name: `${n}`,
  }))
  const { choose } = person({ current: { ...defaultSettings, ownRingtones: own } })
  await expect(choose('one more.wav')).rejects.toMatchObject({ code: 'ringtone-too-many' })
})

test('a sound that is removed is gone from list and disk, and its tone plays no more', async () => {
  const { ringtones, choose, settings } = person()
  const { id } = (await choose('tune.wav'))!
  await ringtones.keep(id)
  settings.current = { ...settings.current, ringTone: ownTone(id) }
  await ringtones.remove(id)
  expect(settings.current).toMatchObject({ ownRingtones: [], ringTone: 'chime' })
  expect(await files()).toEqual([])
  expect(ringtones.plays(ownTone(id))).toBe(false)
})

test('a file that is gone or spoilt is said to be so, once, and its tone plays no more', async () => {
  const { ringtones, choose } = person()
  const { id } = (await choose('tune.wav'))!
  await ringtones.keep(id)
  let told = 0
  ringtones.onChange(() => told++)
  await writeFile(join(data, 'ringtones', id), 'spoilt')
  await expect(ringtones.read(id)).rejects.toMatchObject({ code: 'ringtone-unreadable' })
  ringtones.failed(id)
  ringtones.failed('f'.repeat(32))
  expect([told, ringtones.plays(ownTone(id))]).toEqual([1, false])
  expect(ringtones.view()).toEqual([{ id, name: 'tune', plays: false }])
})

test('files that no setting names are removed at the start', async () => {
  const { ringtones, choose, settings } = person()
  const { id } = (await choose('tune.wav'))!
  await ringtones.keep(id)
  await writeFile(join(data, 'ringtones', 'half.tmp'), '')
  person(settings)
  await vi.waitFor(async () => expect(await files()).toEqual([id]))
})

test('erasing everything takes the sounds along', async () => {
  const { ringtones, choose } = person()
  await ringtones.keep((await choose('tune.wav'))!.id)
  await removeOwnFiles(data)
  expect(await readdir(data)).toEqual([])
})

test.each([
  ['tune.wav', 'tune'],
  ['no extension', 'no extension'],
  ['evil\u202Egpj.wav', 'evilgpj'],
  ['new\nline.ogg', 'newline'],
  [`${'x'.repeat(200)}.wav`, 'x'.repeat(60)],
  ['.wav', 'Ringtone'],
])('the file %j is shown as %j', async (name, shown) => {
  expect((await person().choose(name))?.name).toBe(shown)
})

describe('a sound by how it begins', () => {
  test.each([
    ['WAV', wave, true],
    ['OGG', Buffer.from('OggS\0\x02'), true],
    ['FLAC', Buffer.from('fLaC\0'), true],
    ['MP3 with a tag', Buffer.from('ID3\x04'), true],
    ['MP3 without', Buffer.from([0xff, 0xfb, 0x90]), true],
    ['RIFF that is a picture', Buffer.from('RIFF\0\0\0\0WEBPVP8 '), false],
    ['AAC', Buffer.from([0xff, 0xf1, 0x50]), false],
    ['JPEG', Buffer.from([0xff, 0xd8, 0xff]), false],
    ['a script', Buffer.from('#!/bin/sh'), false],
    ['nothing', Buffer.alloc(0), false],
  ])('%s', (_, content, expected) => {
    expect(isSound(content)).toBe(expected)
  })
})
