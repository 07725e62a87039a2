import { expect, test } from 'vitest'
import { PhoneError } from '../contract/errors.ts'
import type { ServerView } from '../contract/ipc.ts'
import { defaultSettings, type Settings } from '../contract/settings.ts'
import { createServerChoice } from './server-choice.ts'

type State = Pick<ServerView, 'state' | 'code'>
const online: State = { state: 'online', code: null }
const hostedUrl = 'http://127.0.0.1:7117'
const never = () => new Promise<void>(() => undefined)

/** A connection that knows in advance how each server answers; unknown servers stay silent. */
function choice(
  options: {
    server?: Settings['server']
    answers?: Record<string, State>
    patience?: () => Promise<void>
    startFails?: boolean
  } = {},
) {
  let settings: Settings = { ...defaultSettings, server: options.server ?? { kind: 'none' } }
  const listeners = new Set<() => void>()
  const tried: (string | null)[] = []
  const counts = { retries: 0, starts: 0 }
  let state: State = { state: 'none', code: null }
  const embeddedUrls = [hostedUrl]
  const server = createServerChoice({
    connection: {
      state: () => state,
      connect(url, channelBinding) {
        tried.push(channelBinding ? `${url} bound` : url)
        state = { state: url === null ? 'none' : 'connecting', code: null }
        const answer = url === null ? undefined : options.answers?.[url]
        if (!answer) return
        queueMicrotask(() => {
          state = answer
          listeners.forEach((listener) => listener())
        })
      },
      retry: () => (counts.retries += 1),
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    embedded: {
      start() {
        counts.starts += 1
        if (options.startFails) return Promise.reject(new PhoneError('server-failed'))
        return Promise.resolve(embeddedUrls.at(-1)!)
      },
      view: () => ({ hosting: 'off', guests: 0 }),
      onChange: () => () => undefined,
    },
    settings: { get: () => settings, change: (part) => void (settings = { ...settings, ...part }) },
    patience: options.patience ?? never,
  })
  return { server, tried, counts, listeners, embeddedUrls, settings: () => settings }
}
const good = 'https://calls.example.org'

test('a server that answers is used and remembered', async () => {
  const { server, settings, listeners } = choice({ answers: { [good]: online } })
  await server.use('calls.example.org', false)
  expect(settings().server).toEqual({ kind: 'remote', url: good, channelBinding: false })
  expect(server.view()).toMatchObject({ url: good, state: 'online' })
  expect(listeners.size).toBe(0)
})

test.each([
  ['not reachable', { state: 'offline', code: 'server-unreachable' }, 'server-unreachable'],
  ['lying about its origin', { state: 'offline', code: 'server-origin' }, 'server-origin'],
  ['ending TLS elsewhere', { state: 'offline', code: 'server-binding' }, 'server-binding'],
  ['refusing', { state: 'offline', code: 'server-refused' }, 'server-refused'],
] as const)('a server that is %s is not kept, and the one before is used again', async (_, answer, code) => {
  const before = { kind: 'remote', url: good, channelBinding: true } as const
  const { server, settings, tried } = choice({
    server: before,
    answers: { [good]: online, 'https://bad.example': answer },
  })
  await server.resume()
  await expect(server.use('https://bad.example', false)).rejects.toMatchObject({ code })
  expect(settings().server).toEqual(before)
  expect(tried).toEqual([`${good} bound`, 'https://bad.example', `${good} bound`])
})

test('a server that says nothing is given up in time', async () => {
  const { server, tried } = choice({ patience: () => Promise.resolve() })
  await expect(server.use(good, false)).rejects.toMatchObject({ code: 'server-unreachable' })
  expect(tried).toEqual([good, null])
})

test.each([
  ['http://calls.example.org', 'server-insecure'],
  ['javascript:alert(1)', 'server-url-invalid'],
])('E28 %s is refused before anything is tried', async (url, code) => {
  const { server, tried } = choice()
  await expect(server.use(url, false)).rejects.toMatchObject({ code })
  expect(tried).toEqual([])
})

test('a server hosted here is started, used and remembered as hosted', async () => {
  const { server, settings } = choice({ answers: { [hostedUrl]: online } })
  await server.host()
  expect(settings().server).toEqual({ kind: 'hosted' })
  expect(server.view()).toMatchObject({ url: hostedUrl, state: 'online' })
})

test('a login is tied to the connection because a person said so, and stays so', async () => {
  const { server, settings, tried } = choice({ answers: { [good]: online } })
  await server.use(good, true)
  expect([settings().server, tried]).toEqual([
    { kind: 'remote', url: good, channelBinding: true },
    [`${good} bound`],
  ])
})

test('a server that cannot be started here changes nothing', async () => {
  const { server, settings, tried } = choice({ startFails: true })
  await expect(server.host()).rejects.toMatchObject({ code: 'server-failed' })
  expect([settings().server, tried]).toEqual([{ kind: 'none' }, []])
})

test.each([
  [{ kind: 'none' }, null, 0],
  [{ kind: 'remote', url: good, channelBinding: false }, good, 0],
  [{ kind: 'remote', url: good, channelBinding: true }, `${good} bound`, 0],
  [{ kind: 'hosted' }, hostedUrl, 1],
] as const)('after a start the app goes where the settings say: %j', async (kept, url, starts) => {
  const { server, tried, counts } = choice({ server: kept })
  await server.resume()
  expect([tried, counts.starts]).toEqual([[url], starts])
})

test('trying again keeps the server, or follows the one of this computer to its new port', async () => {
  const { server, tried, counts, embeddedUrls } = choice({ server: { kind: 'hosted' } })
  await server.resume()
  await server.retry()
  expect([tried, counts.retries]).toEqual([[hostedUrl], 1])
  embeddedUrls.push('http://127.0.0.1:40123')
  await server.retry()
  expect(tried).toEqual([hostedUrl, 'http://127.0.0.1:40123'])
})

test('a server that was chosen before and not yet approached is not shown as none', () => {
  expect(choice({ server: { kind: 'remote', url: good, channelBinding: false } }).server.view().state).toBe(
    'connecting',
  )
  expect(choice().server.view().state).toBe('none')
})
