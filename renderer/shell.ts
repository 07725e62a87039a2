// The page's only way to the main process, typed by the contract. Nothing else in the page touches `window.shell`.
import type { ShellApi } from '../contract/ipc.ts'

declare global {
  interface Window {
    readonly shell: ShellApi
  }
}

export const shell: ShellApi = window.shell
