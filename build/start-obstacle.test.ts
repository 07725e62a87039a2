import { describe, expect, it } from 'vitest'
import type { StartFacts } from './start-obstacle.ts'
import { startObstacle } from './start-obstacle.ts'

const desktop: StartFacts = {
  platform: 'linux',
  isRoot: false,
  hasDisplay: true,
  userNamespaces: true,
  sandboxHelper: { path: '/app/chrome-sandbox', isSetuidRoot: false },
  missingLibraries: [],
}

describe('what stands in the way of starting the app', () => {
  it('is nothing on an ordinary desktop', () => {
    expect(startObstacle(desktop)).toBeUndefined()
  })

  it.each([
    ['root', { isRoot: true }, /as an ordinary user/],
    ['no display', { hasDisplay: false }, /no display/],
    ['missing libraries', { missingLibraries: ['libnss3.so'] }, /libnss3\.so.*apt-get install/],
    ['no user namespaces', { userNamespaces: false }, /chmod 4755 '\/app\/chrome-sandbox'/],
  ])('is one sentence about %s', (_, change, sentence) => {
    const obstacle = startObstacle({ ...desktop, ...change })
    expect(obstacle).toMatch(sentence)
    expect(obstacle).not.toContain('\n')
  })

  it('is nothing without user namespaces once the sandbox helper belongs to root', () => {
    const sandboxHelper = { path: '/app/chrome-sandbox', isSetuidRoot: true }
    expect(startObstacle({ ...desktop, userNamespaces: false, sandboxHelper })).toBeUndefined()
  })

  it('E7: never tells anyone to turn the sandbox off', () => {
    const worst = { ...desktop, userNamespaces: false, missingLibraries: ['libnss3.so'] }
    for (const facts of [worst, { ...worst, isRoot: true }, { ...worst, hasDisplay: false }]) {
      expect(startObstacle(facts)).not.toContain('no-sandbox')
    }
  })

  it('asks nothing of macOS and Windows', () => {
    for (const platform of ['darwin', 'win32'] as const) {
      expect(startObstacle({ ...desktop, platform, hasDisplay: false, isRoot: true })).toBeUndefined()
    }
  })
})
