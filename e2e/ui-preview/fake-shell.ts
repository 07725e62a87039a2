// Main as the page sees it, played from a script inside the page: it tells sample views and takes every request down.
import type { Result } from '../../contract/errors.ts'
import type { Push, Slice, Views } from '../../contract/ipc.ts'
import type { PushName, RequestName } from '../../contract/ipc-names.ts'

export interface FakeShell {
  /** Everything the page asked for, in order. */
  readonly asked: { readonly name: RequestName; readonly payload: unknown }[]
  readonly violations: string[]
  /** What a request answers from now on; without one it succeeds with null. */
  answers: { [N in RequestName]?: Result<unknown> }
  push<N extends PushName>(name: N, push: Push<N>): void
  tell<S extends Slice>(slice: S, value: Views[S]): void
}

declare global {
  interface Window {
    fake: FakeShell
  }
}

/** Runs in the page before its own scripts; must stand alone, for only its text travels. */
export function installFakeShell(start: {
  views: Views
  requests: readonly RequestName[]
  answers: FakeShell['answers']
}): void {
  const listeners = new Map<string, ((push: unknown) => void)[]>()
  const views: Record<string, unknown> = { ...start.views }
  let version = 0
  const on = new Proxy(
    {},
    {
      get: (_target, name: string) => (listener: (push: unknown) => void) => {
        listeners.set(name, [...(listeners.get(name) ?? []), listener])
        return () => undefined
      },
    },
  )
  const fake: FakeShell = {
    asked: [],
    violations: [],
    answers: start.answers,
    push: (name, push) => listeners.get(name)?.forEach((listener) => listener(push)),
    tell(slice, value) {
      views[slice] = value
      fake.push('view', { slice, version: ++version, value } as Push<'view'>)
    },
  }
  const requests = start.requests.map((name) => [
    name,
    async (payload: unknown) => {
      fake.asked.push({ name, payload })
      if (name === 'snapshot') return { ok: true, value: { ...views } }
      return fake.answers[name] ?? { ok: true, value: null }
    },
  ])
  document.addEventListener('securitypolicyviolation', (event) => {
    fake.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
  })
  Object.assign(window, { shell: { ...Object.fromEntries(requests), on }, fake })
}
