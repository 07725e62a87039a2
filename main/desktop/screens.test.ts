import { expect, test } from 'vitest'
import type { Address } from '../../contract/ids.ts'
import type { Push } from '../../contract/ipc.ts'
import { addressOf } from '../../sp1/address.ts'
import { identityFromSeed } from '../../sp1/identity.ts'
import { linkOf, parseLink } from './deep-link.ts'
import { createScreens } from './screens.ts'

function screens() {
  const sent: Push<'show'>[] = []
  const counts = { shown: 0 }
  const made = createScreens({
    showWindow: () => (counts.shown += 1),
    send: (push) => sent.push(push),
    readLink(text) {
      const { was: _was, ...form } = parseLink(text)
      return { ...form, replaces: null }
    },
  })
  return { screens: made, sent, counts }
}
const address = addressOf(identityFromSeed(new Uint8Array(32).fill(1)).publicKey) as Address

test('a link fills a form and brings the window to the front', () => {
  const { screens: made, sent, counts } = screens()
  made.pageReady()
  made.openLink(linkOf({ address, name: 'Bea', server: null }))
  expect(sent).toEqual([{ screen: 'contact', form: { address, name: 'Bea', server: null, replaces: null } }])
  expect(counts.shown).toBe(1)
})

test('E20 a bad link is said to be one, and nothing of it reaches the page', () => {
  const { screens: made, sent } = screens()
  made.pageReady()
  made.openLink(`earshot:${address}?call=1`)
  expect(sent).toEqual([{ screen: 'bad-link' }])
})

test('a wish from before the page was there is heard once when it is, the last one only', () => {
  const { screens: made, sent } = screens()
  made.show({ screen: 'settings' })
  made.show({ screen: 'history' })
  expect(sent).toEqual([])
  made.pageReady()
  made.pageReady()
  expect(sent).toEqual([{ screen: 'history' }])
})

test('after a crash a wish waits for the page to be back', () => {
  const { screens: made, sent } = screens()
  made.pageReady()
  made.pageGone()
  made.show({ screen: 'home' })
  expect(sent).toEqual([])
  made.pageReady()
  expect(sent).toEqual([{ screen: 'home' }])
})
