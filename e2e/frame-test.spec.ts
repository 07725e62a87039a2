// The trial of the encryption in the running app: made at the first start without any device, remembered, and a reason to
// refuse every call where it fails.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from './pair.ts'

test('the app tries its encryption out by itself, with no device open, and remembers the version', async ({
  third,
}) => {
  const carol = await third('Carol')
  await expect.poll(async () => (await carol.views()).app.frameTest).toBe('passed')
  const { version } = (await carol.views()).app
  const kept = JSON.parse(readFileSync(join(carol.userData, 'settings.json'), 'utf8')) as object
  expect(kept).toMatchObject({ frameTestPassed: version })
  expect(carol.problems).toEqual([])
})

test('E9 a page gets no worker but the one of the app, and no second policy that would name another', async ({
  pair,
}) => {
  const outcomes = await pair.bob.page.evaluate(() => {
    const blocked = (run: () => unknown) => {
      try {
        run()
        return false
      } catch {
        return true
      }
    }
    const types = window as unknown as {
      trustedTypes: { createPolicy(name: string, rules: object): unknown }
    }
    return {
      worker: blocked(() => new Worker('/index.html')),
      policy: blocked(() => types.trustedTypes.createPolicy('earshot', {})),
    }
  })
  expect(outcomes).toEqual({ worker: true, policy: true })
  // The browser reports what it has blocked.
  pair.bob.problems.splice(0)
})

test('a computer on which the trial fails calls nobody, says why, and offers no second try', async ({
  pair,
  third,
}) => {
  const carol = await third('Carol')
  await expect.poll(async () => (await carol.views()).app.frameTest).toBe('passed')
  await carol.page.evaluate(() => window.shell['frames.tested']({ passed: false }))
  await expect.poll(async () => (await carol.views()).app.frameTest).toBe('failed')
  // Main refuses although the page believes that all is well.
  await carol.dial(await pair.bob.address(), 'voice')
  expect(await carol.phase('ended')).toMatchObject({ reason: 'frames-failed' })
  await expect(carol.byId('end-text')).toContainText('cannot encrypt')
  await expect(carol.byId('call-back')).toHaveCount(0)
  expect((await pair.bob.views()).call.phase).toBe('idle')
})
