// Alice and Bob, set up once for all tests of a worker, with a real signaling server between them behind a proxy that
// keeps every byte. After each test both must be idle again and must have had no problem.
import { test as base } from '@playwright/test'
import { createSignalingServer } from '../signaling-server/server.ts'
import { roomy } from './evil-server/evil-server.ts'
import { closeAll, startPhone, type Phone } from './phone.ts'
import { startRecordingProxy, type RecordingProxy } from './recording-proxy.ts'

export interface Pair {
  readonly alice: Phone
  readonly bob: Phone
  readonly serverUrl: string
  readonly proxy: RecordingProxy
}

interface EachTest {
  readonly pair: Pair
  /** Starts somebody else at the same server; closed after the test. */
  readonly third: (name: string) => Promise<Phone>
}

export const test = base.extend<EachTest, { readonly phones: Pair }>({
  phones: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the dependencies from this pattern
    async ({}, use) => {
      const proxy = await startRecordingProxy()
      const server = await createSignalingServer({
        host: '127.0.0.1',
        port: 0,
        publicOrigin: proxy.url,
        limits: roomy,
      })
      proxy.forwardTo(server.url)
      const [alice, bob] = await Promise.all([
        startPhone({ name: 'Alice', toneHz: 440 }),
        startPhone({ name: 'Bob', toneHz: 660 }),
      ])
      await Promise.all([alice.setUp({ url: proxy.url }), bob.setUp({ url: proxy.url })])
      await use({ alice, bob, serverUrl: proxy.url, proxy })
      await closeAll([alice, bob])
      await server.close()
      await proxy.close()
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  pair: async ({ phones }, use) => {
    const { alice, bob } = phones
    await Promise.all([alice.forgive(await bob.address()), bob.forgive(await alice.address())])
    await use(phones)
    for (const phone of [phones.alice, phones.bob]) await settle(phone)
    const problems = [...phones.alice.problems.splice(0), ...phones.bob.problems.splice(0)]
    if (problems.length) throw new Error(`problems seen by the pages:\n${problems.join('\n')}`)
  },
  third: async ({ phones }, use) => {
    const open: Phone[] = []
    await use(async (name) => {
      const phone = await startPhone({ name, toneHz: 880 })
      open.push(phone)
      await phone.setUp({ url: phones.serverUrl })
      return phone
    })
    await closeAll(open)
  },
})

/** Ends whatever a failed test left behind, through the same buttons. */
export async function settle(phone: Phone): Promise<void> {
  const { call, warnings } = await phone.views()
  for (const { callId, address } of warnings.calls)
    await phone.page.evaluate((warning) => window.shell['warnings.dismiss'](warning), { callId, address })
  if (call.phase === 'idle') return
  if (call.phase !== 'ended') {
    await phone.page.evaluate(
      (callId) => window.shell['call.command']({ type: 'hang-up', callId }),
      call.callId,
    )
    await phone.phase('ended')
  }
  await phone.page.evaluate(
    (callId) => window.shell['call.command']({ type: 'dismiss', callId }),
    call.callId,
  )
}

export { expect } from '@playwright/test'
