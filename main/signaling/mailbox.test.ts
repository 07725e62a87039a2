import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { startCall } from '../../sp1/handshake-caller.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { checkPrekey, createPrekey } from '../../sp1/prekey.ts'
import { createMailbox } from './mailbox.ts'

const nowMs = 1_800_000_000_000
const rng = (length: number) => new Uint8Array(randomBytes(length))

test('S24 a server that never says that all is read does not fill the memory: the rest is missed', () => {
  const identity = identityFromSeed(rng(32))
  const caller = identityFromSeed(rng(32))
  const prekey = createPrekey(identity, nowMs - 1000, rng)
  const heard: string[] = []
  const mailbox = createMailbox({
    identity,
    prekeys: () => [prekey],
    nowMs: () => nowMs,
    onCall: () => heard.push('call'),
    onCancel: () => heard.push('cancel'),
    onMissed: () => heard.push('missed'),
    count: (code) => heard.push(code),
  })
  for (let i = 0; i < 103; i++) {
    const { wire } = startCall({
      identity: caller,
      peer: identity.publicKey,
      prekey: checkPrekey(prekey.bundle, identity.publicKey, nowMs),
      fingerprint: `sha-256 ${Array(32).fill('AB').join(':')}`,
      media: 'a',
      callId: rng(16),
      reply: rng(16),
      nowMs,
      rng,
    })
    mailbox.deliver(wire)
  }
  expect(heard).toEqual(['missed', 'missed', 'missed'])
  mailbox.settled()
  expect(heard.filter((what) => what === 'call')).toHaveLength(100)
})
