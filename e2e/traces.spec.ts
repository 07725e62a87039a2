// What a call leaves on the disk and in the log of an app, searched for what names people, addresses and sessions.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { spellingsOf } from './wire-search.ts'

const contactName = 'Zanzibar Quarterstaff'

/** Every file below a folder, by its path, and as its bytes. */
function filesIn(folder: string): readonly { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, bytes: readFileSync(path) }))
}
const holds = (bytes: Buffer, needles: readonly Buffer[]) => needles.some((needle) => bytes.includes(needle))

/** All that the app and what belongs to it say, from its start to its end. */
function logOf({ app }: Phone): () => Buffer {
  const said: Buffer[] = []
  const { stdout, stderr } = app.process()
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk))
  return () => Buffer.concat(said)
}

test('E22 E25 R24 a call leaves nothing that names people, addresses or sessions on the disk and in the log', async () => {
  const server = await createSignalingServer({ host: '127.0.0.1', port: 0 })
  const folders = ['alice', 'bob'].map((name) => mkdtempSync(join(tmpdir(), `earshot-traces-${name}-`)))
  const [alice, bob] = await Promise.all([
    startPhone({ name: 'Alice', toneHz: 440, userData: folders[0]! }),
    startPhone({ name: 'Bob', toneHz: 660, userData: folders[1]! }),
  ])
  const logs = [alice, bob].map(logOf)
  for (const phone of [alice, bob]) await phone.setUp({ url: server.url })
  const addresses = await Promise.all([alice.address(), bob.address()])
  await alice.addContact(addresses[1], contactName)
  await alice.dial(addresses[1], 'video')
  await (await bob.alert()).getByTestId('answer').click()
  const calls = await Promise.all([alice.phase('talking'), bob.phase('talking')])
  // Something to write into a log: what was refused is counted there.
  await bob.page.evaluate(() =>
    window.shell['call.command']({ type: 'mute', callId: '!', on: true } as never),
  )
  await alice.byId('hang-up').click()
  await Promise.all([alice.phase('ended'), bob.phase('ended')])
  const read = await alice.page.evaluate(() => navigator.clipboard.readText().then(String, () => 'refused'))
  expect(read, 'E22: the page cannot read the clipboard').toBe('refused')
  await closeAll([alice, bob])
  await server.close()

  const fingerprints = calls.flatMap(({ facts }) => [facts.own, facts.seen]).filter((each) => each !== null)
  expect(new Set(fingerprints).size).toBe(2)
  const codes = calls.map(({ sas }) => sas.digits.join(' '))
  const names = [contactName, Buffer.from(contactName, 'utf16le').toString('latin1')]
  const secrets = {
    'the name of a contact': names.flatMap(spellingsOf.text),
    'the address of a peer': addresses.flatMap(spellingsOf.address),
    'a fingerprint': fingerprints.flatMap(spellingsOf.fingerprint),
    'the code of the call': codes.flatMap(spellingsOf.text),
    'a description of a session': ['a=fingerprint', 'a=ice-ufrag', 'a=ice-pwd', 'typ host'].map((text) =>
      Buffer.from(text),
    ),
  }
  // Of a network, that is: everybody is at home at 127.0.0.1. A version has other numbers.
  const ip = /(?<![\d.])(?!127\.|0\.)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])|\b(?:fe80|f[cd][\da-f]{2}):[\da-f:]+/
  for (const log of logs) {
    expect(log().length).toBeGreaterThan(20)
    expect(ip.exec(log().toString('latin1'))?.[0], 'an IP address in the log').toBeUndefined()
    for (const [what, needles] of Object.entries(secrets))
      expect(holds(log(), needles), `${what} in the log`).toBe(false)
  }
  for (const [index, folder] of folders.entries()) {
    const files = filesIn(folder)
    // One's own address is no secret of the file that holds the key to it.
    const peer = addresses[1 - index]!
    const ofPeer = { ...secrets, 'the address of a peer': spellingsOf.address(peer) }
    // The search is not blind: what a person calls themselves is a setting.
    expect(files.some(({ bytes }) => bytes.includes('"name"'))).toBe(true)
    for (const [what, needles] of Object.entries(ofPeer))
      expect(
        files.filter(({ bytes }) => holds(bytes, needles)).map(({ path }) => path),
        what,
      ).toEqual([])
    rmSync(folder, { recursive: true })
  }
})
