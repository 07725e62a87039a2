// What an attack on the envelopes of a call can come to, from the dialling on: what each of the two sees, and that no
// sound left anybody who should not have spoken.
import { expect } from '@playwright/test'
import {
  callOf,
  expectEnd,
  expectNoMedia,
  expectRedScreen,
  expectTalk,
  order,
  settle,
  type Victims,
} from './victims.ts'

/** Both go back to nothing; then a call that nobody touches gets through, so that nothing of before is still on its way. */
async function expectNextCallRings(victims: Victims): Promise<void> {
  const { alice, bob, evil } = victims
  evil.attack(({ env }) => env)
  for (const { phone } of [alice, bob]) await settle(phone)
  await alice.phone.dial(await bob.phone.address(), 'voice')
  await bob.phone.phase('incoming')
  await order(alice.phone, 'hang-up')
  await expectEnd(bob.phone, 'missed')
}

/** What each attack comes to, once Alice has dialled Bob. */
export const outcomes = {
  /** Bob's phone drops it in silence. */
  async 'does not ring'(victims: Victims) {
    const { alice, bob } = victims
    await expectNoMedia(victims)
    await order(alice.phone, 'hang-up')
    await expectEnd(alice.phone, 'cancelled')
    // Bob's phone opens one envelope after the other: had the first one rung, that was before this one does.
    await expectNextCallRings(victims)
    expect((await bob.media.seen()).phases).toEqual(['incoming', 'ended'])
  },
  async 'is a good call'(victims: Victims) {
    await expectTalk(victims)
  },
  async 'ends red for the caller'(victims: Victims) {
    const { alice, bob } = victims
    await bob.phone.phase('incoming')
    await order(bob.phone, 'answer')
    await expectRedScreen(alice.phone, 'altered', 'aead')
    // Alice takes her call back.
    await expectEnd(bob.phone, 'peer-hung-up')
    await expectNoMedia(victims)
  },
  async 'ends red for both'(victims: Victims) {
    const { alice, bob } = victims
    await bob.phone.phase('incoming')
    await order(bob.phone, 'answer')
    await expectRedScreen(bob.phone, 'altered', 'aead')
    await expectRedScreen(alice.phone, 'altered', 'aead')
    await expectNoMedia(victims)
  },
  /** What has no possible form is dropped unread; the callee's deadline of ten seconds ends the call. */
  async 'comes to nothing'(victims: Victims) {
    const { alice, bob } = victims
    await bob.phone.phase('incoming')
    await order(bob.phone, 'answer')
    await expectEnd(bob.phone, 'connection-failed', 'timeout-accepted')
    expect(['dialing', 'connecting']).toContain((await callOf(alice.phone)).phase)
    await order(alice.phone, 'hang-up')
    await alice.phone.phase('ended')
    await expectNoMedia(victims)
  },
  /** Alice does not learn that it rings, and the answer still reaches her. */
  async 'is a good call that did not show its ringing'(victims: Victims) {
    const { alice, bob } = victims
    await bob.phone.phase('incoming')
    await expectNoMedia(victims)
    await expectTalk(victims)
    expect((await alice.media.seen()).phases).not.toContain('ringing')
  },
  async 'is a good call that showed its ringing'(victims: Victims) {
    await victims.alice.phone.phase('ringing')
    await expectTalk(victims)
  },
  /** The cancellation is dropped in silence. */
  async 'rings on'(victims: Victims) {
    const { alice, bob, evil } = victims
    await bob.phone.phase('incoming')
    await order(alice.phone, 'hang-up')
    await expectEnd(alice.phone, 'cancelled')
    await settle(alice.phone)
    evil.attack(({ env }) => env)
    // Her next call takes the place of the one that rings: had the cancellation counted, that one was over before.
    await alice.phone.dial(await bob.phone.address(), 'voice')
    const { callId } = await alice.phone.phase('dialing', 'ringing')
    await expect.poll(() => callOf(bob.phone)).toMatchObject({ phase: 'incoming', callId })
    expect((await bob.media.seen()).phases).toEqual(['incoming'])
    await order(alice.phone, 'hang-up')
    await expectEnd(bob.phone, 'missed')
    await expectNoMedia(victims)
  },
  async 'stops ringing once'(victims: Victims) {
    const { alice, bob } = victims
    await bob.phone.phase('incoming')
    await order(alice.phone, 'hang-up')
    await expectEnd(alice.phone, 'cancelled')
    await expectEnd(bob.phone, 'missed')
    await expectNoMedia(victims)
    await expectNextCallRings(victims)
  },
} satisfies Readonly<Record<string, (victims: Victims) => Promise<void>>>
export type Outcome = keyof typeof outcomes
