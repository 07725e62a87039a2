import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createTexts } from '../locales/texts.ts'
import { displayName, initials } from './display-name.ts'
import PersonName from './PersonName.vue'
import TrustLine from './TrustLine.vue'

const markup = '<img src=x onerror="globalThis.pwned=1"><b>Mum</b>'

describe('a name that somebody else chose', () => {
  it('loses direction, control and invisible characters', () => {
    expect(displayName('\u202Elive\u202C\u2066x\u200B\u0000\u2028y\uFEFF')).toBe('livexy')
  })
  it('becomes one line', () => {
    expect(displayName('  Ada\n\t Lovelace  ')).toBe('Ada Lovelace')
  })
  it('of 10 kB is cut, and quickly', () => {
    const shown = displayName('é'.repeat(10_240))
    expect(Array.from(shown)).toHaveLength(81)
    expect(shown.endsWith('…')).toBe(true)
  })
  it('keeps letters of every script and emoji whole', () => {
    expect(displayName('Zoë 王小明 مريم 🦉')).toBe('Zoë 王小明 مريم 🦉')
    expect(Array.from(displayName('🦉'.repeat(200))).slice(0, 80)).toEqual(Array(80).fill('🦉'))
  })
  it('that is nothing but invisible characters leaves what stands for a missing one', () => {
    const name = mount(PersonName, { props: { name: '\u200B\u2060\u202E', instead: 'Unknown person' } })
    expect(name.text()).toBe('Unknown person')
  })
  it('with markup is shown as its letters', () => {
    const name = mount(PersonName, { props: { name: markup, instead: '' } })
    expect(name.text()).toBe(markup)
    expect(name.element.children).toHaveLength(0)
    expect(name.attributes('title')).toBe(markup)
  })
  it('is isolated from the text around it', () => {
    expect(mount(PersonName, { props: { name: 'مريم', instead: '' } }).element.tagName).toBe('BDI')
  })
  it('is not read as a message with places to fill in', () => {
    const values = { name: "{date} @:errors.internal | {'x'}", date: 'today' }
    const line = mount(TrustLine, {
      props: { label: { tone: 'good', key: 'trust.verified', values } },
      global: { plugins: [createTexts()] },
    })
    expect(line.text()).toBe(`Encrypted. You checked ${values.name} on today.`)
  })
})

describe('initials', () => {
  it('come from the first and the last word', () => {
    expect(initials('Ada King Lovelace')).toBe('AL')
    expect(initials('bob')).toBe('B')
  })
  it('are empty where there is no letter', () => {
    expect(initials('*** !!!')).toBe('')
  })
})
