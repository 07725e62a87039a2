// Screens before somebody is at home in the app: the first start, the lock, a backup that is taken back.
import type { Page } from '@playwright/test'
import type { LockView, Views } from '../../contract/ipc.ts'
import type { FakeShell } from './fake-shell.ts'
import { contacts, empty, firstRun, ready, sampleNowMs } from './sample-views.ts'
import { click, type Scene } from './scene.ts'

async function toIdentity(page: Page): Promise<void> {
  await page.getByTestId('first-run-name').fill('Mary')
  await page.getByTestId('first-run-next').click()
  await page.getByTestId('first-run-next').click()
}
async function toServer(page: Page): Promise<void> {
  await toIdentity(page)
  await page.getByTestId('passphrase').fill('eight characters')
  await page.getByTestId('passphrase-repeat').fill('eight characters')
  await page.getByTestId('first-run-next').click()
  await page.getByTestId('server-url').fill('http://calls.example.org')
  await page.getByTestId('use-server').click()
  await page.getByRole('alert').waitFor()
}
const stage = (stage: Views['app']['stage'], lock: Partial<LockView> = {}): Views => ({
  ...firstRun,
  app: { ...firstRun.app, stage, lock: { ...firstRun.app.lock, ...lock } },
})
const gnome = { recorded: 'gnome_libsecret', passwordStore: 'gnome-libsecret' } as const
const withKeyring: Views = { ...firstRun, app: { ...ready.app, stage: 'first-run' } }
const backupOf = (name: string): FakeShell['answers'] => ({
  'backup.choose': { ok: true, value: { file: 'Earshot 2026-11-20.earshot-backup' } },
  'backup.read': {
    ok: true,
    value: { address: contacts.ada.address, name, contacts: 12, madeAtMs: sampleNowMs - 86_400_000 },
  },
})
async function toBackupPassphrase(page: Page): Promise<void> {
  await page.getByTestId('restore-start').click()
  await page.getByTestId('restore-choose').click()
  await page.getByTestId('backup-passphrase').fill('a throw-away passphrase')
  await page.getByTestId('restore-open').click()
}
async function toRestore(page: Page): Promise<void> {
  await toBackupPassphrase(page)
  await page.getByTestId('restore-name').waitFor()
}

export const startScenes: readonly Scene[] = [
  { name: 'starting', views: stage('starting') },
  { name: 'broken', views: stage('broken') },
  { name: 'unsound', views: stage('unsound') },
  {
    name: 'keyring-changed',
    views: stage('keyring-changed', gnome),
    answers: { 'identity.retry': { ok: false, code: 'keyring-changed' } },
    steps: async (page) => {
      await page.getByTestId('retry').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'restore-wrong-passphrase',
    views: stage('keyring-changed', gnome),
    answers: { ...backupOf('Ada'), 'backup.read': { ok: false, code: 'backup-passphrase' } },
    steps: async (page) => {
      await toBackupPassphrase(page)
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'restore', views: withKeyring, answers: backupOf('Ada Lovelace'), steps: toRestore },
  {
    name: 'restore-over-another',
    views: stage('broken'),
    answers: { ...backupOf(contacts.long.name), 'backup.restore': { ok: false, code: 'vault-write-failed' } },
    steps: async (page) => {
      await toRestore(page)
      await page.getByTestId('passphrase').fill('eight characters')
      await page.getByTestId('passphrase-repeat').fill('eight characters')
      await page.getByTestId('restore-go').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'unlock',
    views: stage('locked', { passphrase: true }),
    answers: { 'identity.unlock': { ok: false, code: 'passphrase-wrong' } },
    steps: async (page) => {
      await page.getByTestId('passphrase').fill('wrong')
      await page.getByTestId('unlock').click()
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'first-run-name', views: firstRun },
  { name: 'first-run-identity', views: firstRun, steps: toIdentity },
  {
    name: 'first-run-lock',
    views: withKeyring,
    steps: async (page) => {
      await page.getByTestId('first-run-name').fill('Mary')
      await page.getByTestId('first-run-next').click()
      await page.getByTestId('wants-passphrase').check()
      await page.getByTestId('passphrase').fill('short')
      await page.getByTestId('first-run-next').click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'unlock-forgotten',
    views: stage('locked', { passphrase: true }),
    steps: click('unlock-stuck'),
  },
  {
    name: 'first-run-server',
    views: firstRun,
    answers: { 'server.use': { ok: false, code: 'server-insecure' } },
    steps: toServer,
  },
  {
    name: 'first-run-server-advanced',
    views: firstRun,
    answers: { 'server.use': { ok: false, code: 'server-binding' } },
    steps: async (page) => {
      await toServer(page)
      await page.getByTestId('server-ends-tls').check()
    },
  },
  ...(['reach', 'code', 'tray'] as const).map((card, at): Scene => ({
    name: `tour-${card}`,
    views: { ...empty, settings: { ...empty.settings, tourSeen: false } },
    steps: async (page) => {
      for (let next = 0; next < at; next++) await page.getByTestId('tour-next').click()
      await page.locator(`[data-card="${card}"]`).waitFor()
    },
  })),
]
