import { describe, expect, it } from 'vitest'
import { createMailboxes, defaultMailboxCaps } from './mailbox.ts'
import { envelopeOf } from './test-client.ts'

const bundle = { body: 'body', sig: 'sig' }

function mailboxesAt(startMs: number, caps: Partial<typeof defaultMailboxCaps> = {}) {
  let nowMs = startMs
  const mailboxes = createMailboxes(() => nowMs, { ...defaultMailboxCaps, ...caps })
  return { mailboxes, pass: (ms: number) => (nowMs += ms) }
}

describe('a mailbox', () => {
  it('keeps envelopes in the order of arrival until they are removed', () => {
    const { mailboxes } = mailboxesAt(0)
    for (const k of [1, 2, 3]) mailboxes.put('bob', { k }, 60_000)
    const [first, second] = mailboxes.waiting('bob')
    mailboxes.remove('bob', second!.id)
    expect(mailboxes.waiting('bob').map(({ env }) => env)).toEqual([{ k: 1 }, { k: 3 }])
    mailboxes.remove('bob', first!.id)
    mailboxes.remove('bob', first!.id)
    expect(mailboxes.counts().envelopes).toBe(1)
  })

  it('R10: forgets an envelope when its time is over', () => {
    const { mailboxes, pass } = mailboxesAt(1_000)
    mailboxes.put('bob', { k: 1 }, 60_000)
    pass(59_999)
    expect(mailboxes.waiting('bob')).toHaveLength(1)
    pass(1)
    expect(mailboxes.waiting('bob')).toEqual([])
    mailboxes.sweep()
    expect(mailboxes.counts()).toEqual({ prekeys: 0, envelopes: 0, bytes: 0 })
  })

  it('wakes its listener after each arrival, and only the latest listener', () => {
    const { mailboxes } = mailboxesAt(0)
    const woken: string[] = []
    const stopOlder = mailboxes.listen('bob', () => woken.push('older'))
    const stop = mailboxes.listen('bob', () => woken.push('newer'))
    stopOlder()
    mailboxes.put('bob', { k: 1 }, 1)
    mailboxes.put('carol', { k: 1 }, 1)
    stop()
    mailboxes.put('bob', { k: 1 }, 1)
    expect(woken).toEqual(['newer'])
  })

  it('keeps a prekey to its last day and no longer', () => {
    const { mailboxes, pass } = mailboxesAt(0)
    mailboxes.putPrekey('bob', bundle, 1_000)
    pass(1_000)
    expect(mailboxes.prekey('bob')).toEqual(bundle)
    pass(1)
    expect(mailboxes.prekey('bob')).toBeNull()
    mailboxes.sweep()
    expect(mailboxes.counts().prekeys).toBe(0)
  })

  it('S24: refuses what would go beyond a cap, and takes it again when there is room', () => {
    const { mailboxes, pass } = mailboxesAt(0, { prekeys: 1, envelopesPerMailbox: 2, bytes: 300 })
    expect(mailboxes.putPrekey('bob', bundle, 10)).toBeNull()
    expect(mailboxes.putPrekey('carol', bundle, 10)).toBe('full')
    expect(mailboxes.putPrekey('bob', bundle, 20)).toBeNull()
    expect([1, 2, 3].map((k) => mailboxes.put('bob', { k }, 5))).toEqual([null, null, 'full'])
    expect(mailboxes.put('carol', envelopeOf(290), 5)).toBe('full')
    pass(5)
    mailboxes.sweep()
    expect(mailboxes.put('carol', envelopeOf(290), 5)).toBeNull()
  })

  it('S5: takes an envelope of 64 KiB and refuses one byte more', () => {
    const { mailboxes } = mailboxesAt(0)
    expect(mailboxes.put('bob', envelopeOf(64 * 1024), 1)).toBeNull()
    expect(mailboxes.put('bob', envelopeOf(64 * 1024 + 1), 1)).toBe('too-big')
  })
})
