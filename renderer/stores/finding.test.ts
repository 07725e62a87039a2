import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, expect, it } from 'vitest'
import { failed } from '../../contract/errors.ts'

const address = 'a'.repeat(56)

const asked: (readonly [name: string, payload: unknown])[] = []
const note =
  (name: string, answer: (payload: { text: string }) => unknown = () => ({ ok: true, value: null })) =>
  async (payload: { text: string }) => {
    asked.push([name, payload])
    return answer(payload)
  }
Object.assign(window, {
  shell: {
    'contacts.read': note('contacts.read', ({ text }) =>
      text.length === 56 ? { ok: true, value: { address: text } } : failed('bad-address'),
    ),
    'call.warm': note('call.warm'),
    'call.command': note('call.command'),
  },
})
// After what it finds in the window.
const { useFinding } = await import('./finding.ts')
const settled = () => new Promise((done) => setTimeout(done, 5))

beforeEach(() => {
  asked.length = 0
  setActivePinia(createPinia())
})

async function type(text: string) {
  const finding = useFinding()
  finding.text = text
  await nextTick()
  await settled()
  return finding
}

it('has a call got ready for a whole address, once', async () => {
  const finding = await type(address)
  expect(asked).toEqual([
    ['contacts.read', { text: address }],
    ['call.warm', { address }],
  ])
  // Spaces around it change nothing.
  finding.text = ` ${address} `
  await settled()
  expect(asked).toHaveLength(2)
})

it.each(['Bea', 'a'.repeat(55), ''])('asks nobody for %j', async (text) => {
  await type(text)
  expect(asked.filter(([name]) => name === 'call.warm')).toEqual([])
})

it('calls what it has read already, and empties the box', async () => {
  const finding = await type(address)
  await finding.dial(true)
  expect(asked.slice(2)).toEqual([['call.command', { type: 'dial', address, video: true }]])
  expect(finding.text).toBe('')
})

it('says why something is no address, and no more once it is changed', async () => {
  const finding = await type('Bea')
  await finding.dial(false)
  expect(finding.error).toBe('bad-address')
  finding.text = 'Be'
  await nextTick()
  expect(finding.error).toBeNull()
})
