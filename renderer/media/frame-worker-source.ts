// Starts the frame worker. The only place where the page makes a worker, or turns text into the address of a script.
import workerUrl from './frame-worker.ts?worker&url'

/** W3C Trusted Types; TypeScript's DOM does not know it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}
declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes
  }
}

/** SECURITY: the policy `earshot` (E9) has one address to give out, whatever it is asked for. */
const policy = window.trustedTypes?.createPolicy('earshot', {
  createScriptURL(url) {
    if (url !== workerUrl) throw new TypeError('not the worker of Earshot')
    return url
  },
})

export const startFrameWorker = (): Worker =>
  new Worker(policy?.createScriptURL(workerUrl) ?? workerUrl, { type: 'module', name: 'frames' })
