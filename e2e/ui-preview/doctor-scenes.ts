// The screens of the call doctor: what it says in a call, what it remembers, and the check before one.
import type { Page } from '@playwright/test'
import type { KeptQuality } from '../../contract/quality.ts'
import { diagnose, type Diagnosis } from '../../renderer/media/diagnose.ts'
import { checkNames, type CheckResult } from '../../renderer/media/network-check.ts'
import { createQualityLog } from '../../renderer/media/quality-log.ts'
import { callOf } from '../../renderer/media/sample-quality.ts'
import { calls, peers, ready } from './sample-views.ts'
import type { Scene } from './scene.ts'

/** Live figures reach the page from its own media half, which no script of a scene has: they are laid into its store. */
async function inStore(page: Page, store: string, entries: object): Promise<void> {
  await page.evaluate(
    ([store, entries]) => {
      const root = document.querySelector('#app') as unknown as {
        readonly __vue_app__: {
          readonly config: {
            readonly globalProperties: {
              readonly $pinia: { readonly state: { readonly value: Record<string, object> } }
            }
          }
        }
      }
      Object.assign(root.__vue_app__.config.globalProperties.$pinia.state.value[store] ?? {}, entries)
    },
    [store, entries] as const,
  )
}

const samples = callOf(200, (second) =>
  second > 150 ? { lossUp: 0.08 } : { roundTripMs: 60 + (second % 40), framesUp: 24, framesDown: 25 },
)
const diagnosis = samples.reduce<Diagnosis | null>(
  (before, _, index) => diagnose(samples.slice(0, index + 1), before),
  null,
)
const kept = (change: Parameters<typeof callOf>[1]): KeptQuality['record'] => {
  const log = createQualityLog()
  callOf(600, change).forEach(log.add)
  const record = log.record()
  if (!record) throw new Error('a call of ten minutes has a record')
  return record
}
const past: readonly KeptQuality[] = [
  { id: 'one', record: kept((second) => (second > 100 && second < 300 ? { lossDown: 0.12 } : {})) },
  { id: 'two', record: kept(() => ({})) },
]

const live = { ...ready, call: calls.live(peers.bob) }
const results: readonly CheckResult[] = checkNames.map((name) => ({
  name,
  state: 'done',
  ...(name === 'relay-udp' || name === 'stun'
    ? { verdict: name === 'stun' ? 'failed' : 'blocked', grade: 'warn', figure: null }
    : name === 'nat'
      ? { verdict: 'unknown', grade: 'none', figure: null }
      : name === 'camera'
        ? { verdict: 'missing', grade: 'none', figure: null }
        : { verdict: 'good', grade: 'good', figure: name === 'relay-time' ? 42 : null }),
}))

async function inCheck(page: Page, entries: object): Promise<void> {
  await page.getByTestId('home-check').click()
  await inStore(page, 'network-check', entries)
}
async function toDoctor(page: Page): Promise<void> {
  await page.getByTestId('settings-open').click()
  await page.getByTestId('settings-quality').click()
  await page.getByTestId('quality-call').first().waitFor()
}

export const doctorScenes: readonly Scene[] = [
  {
    name: 'doctor-note',
    views: live,
    steps: async (page) => {
      await inStore(page, 'quality', { now: { samples, diagnosis } })
      await page.locator('[data-testid=doctor-note][data-cause=loss-up]').waitFor()
    },
  },
  {
    name: 'doctor-note-busy',
    views: live,
    steps: async (page) => {
      await inStore(page, 'quality', { now: { samples, diagnosis: { ...diagnosis, cause: 'busy' } } })
      await page.locator('[data-testid=doctor-note][data-cause=busy]').waitFor()
    },
  },
  {
    name: 'doctor-panel',
    views: live,
    steps: async (page) => {
      await inStore(page, 'quality', { now: { samples, diagnosis } })
      await page.getByTestId('quality-toggle').click()
      await page.locator('.canvas canvas').first().waitFor()
      await page.getByTestId('quality-toggle').evaluate((button) => button.scrollIntoView())
    },
  },
  {
    name: 'doctor-panel-table',
    views: live,
    steps: async (page) => {
      await inStore(page, 'quality', { now: { samples: samples.slice(0, 100), diagnosis: null } })
      await page.getByTestId('quality-toggle').click()
      await page.locator('.canvas canvas').first().waitFor()
      await page.getByTestId('quality-table').evaluate((table) => table.scrollIntoView({ block: 'end' }))
    },
  },
  {
    name: 'settings-doctor',
    views: ready,
    answers: { 'quality.list': { ok: true, value: past } },
    steps: toDoctor,
  },
  {
    name: 'settings-doctor-clearing',
    views: ready,
    answers: { 'quality.list': { ok: true, value: past } },
    steps: async (page) => {
      await toDoctor(page)
      await page.getByTestId('quality-clear').click()
      await page.getByTestId('confirm').waitFor()
    },
  },
  {
    name: 'settings-doctor-call',
    views: ready,
    answers: { 'quality.list': { ok: true, value: past } },
    steps: async (page) => {
      await toDoctor(page)
      await page.getByTestId('quality-call-toggle').first().click()
      await page.locator('.canvas canvas').first().waitFor()
    },
  },
  {
    name: 'settings-doctor-export',
    views: ready,
    answers: {
      'quality.list': { ok: true, value: past },
      'quality.save': { ok: true, value: { saved: true } },
    },
    steps: async (page) => {
      await toDoctor(page)
      await page.getByTestId('quality-export').first().click()
      await page.getByTestId('export-save').click()
      await page.locator('[data-testid=export-saved]:not(:empty)').waitFor()
    },
  },
  { name: 'network-check', views: ready, steps: (page) => inCheck(page, {}) },
  {
    name: 'network-check-running',
    views: ready,
    steps: (page) =>
      inCheck(page, {
        running: true,
        results: results.map((result, index) =>
          index < 3
            ? result
            : { ...result, state: index === 3 ? 'running' : 'waiting', verdict: null, grade: null },
        ),
      }),
  },
  { name: 'network-check-done', views: ready, steps: (page) => inCheck(page, { results }) },
]
