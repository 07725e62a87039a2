// The calls of a soak: how one begins, is watched and ends, between two phones whose pages may be any.
import { setTimeout as delay } from 'node:timers/promises'
import { createJudge, type Verdict } from './judge.ts'
import type { SoakPhone } from './soak-phone.ts'

export interface SoakCalls {
  /** Rings and answers, and judges what comes of it. */
  begin(media?: { readonly video: boolean }): Promise<Verdict>
  /** The same from the screen that says that a call has ended, by the one button that is there for it. */
  callBack(): Promise<Verdict>
  /** Watches the call until it can be judged. `wholeAtMs`: since when nothing stands in its way. */
  judge(wholeAtMs: number): Promise<Verdict>
  /** Ends whatever there is, and puts both screens back. */
  end(): Promise<void>
}

/** In milliseconds. */
const lookEvery = 100
const endPatience = 40_000

export function createSoakCalls(alice: SoakPhone, bob: SoakPhone, addressOfBob: string): SoakCalls {
  const phones = [alice, bob]

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const giveUpMs = Date.now() + endPatience
    while (!(await holds())) {
      if (Date.now() > giveUpMs) throw new Error(`not ${what} in ${endPatience} ms`)
      await delay(lookEvery)
    }
  }
  const phasesOf = async () =>
    (await Promise.all(phones.map((phone) => phone.look()))).map(({ phase }) => phase)

  async function judge(wholeAtMs: number): Promise<Verdict> {
    const judged = createJudge(wholeAtMs)
    for (;;) {
      const [seenByAlice, seenByBob] = await Promise.all([alice.look(), bob.look()])
      const verdict = judged.look({ atMs: Date.now(), alice: seenByAlice, bob: seenByBob })
      if (verdict) return verdict
      await delay(lookEvery)
    }
  }

  async function answered(): Promise<Verdict> {
    await bob.click('answer')
    return judge(Date.now())
  }
  const online = () =>
    until('online', async () => (await Promise.all(phones.map((phone) => phone.online()))).every(Boolean))

  return {
    async begin({ video } = { video: false }) {
      await online()
      await alice.dial(addressOfBob, video)
      return answered()
    },
    async callBack() {
      await bob.click('dismiss')
      await online()
      await alice.click('call-back')
      return answered()
    },
    judge,
    async end() {
      for (const phone of phones) {
        const { phase } = await phone.look()
        // The other one's end arrives here by itself, or does not: then this one is ended as well.
        if (phase === 'idle' || phase === 'ended') continue
        await phone.click(phase === 'incoming' ? 'decline' : 'hang-up').catch(() => undefined)
      }
      await until('ended', async () =>
        (await phasesOf()).every((phase) => phase === 'ended' || phase === 'idle'),
      )
      for (const phone of phones) if ((await phone.look()).phase === 'ended') await phone.click('dismiss')
      await until('idle', async () => (await phasesOf()).every((phase) => phase === 'idle'))
    },
  }
}
