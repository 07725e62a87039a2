// Owns the list of open windows, so that the app's life cycle, menus and windows need not import one another.

export interface OpenWindow {
  /** Asks the window to close; false if it refused. Resolves when it is gone. */
  closeForQuit(): Promise<boolean>
}

const windows = new Set<OpenWindow>()
let onAllClosed: () => void = () => {}

export const openWindows = (): OpenWindow[] => [...windows]
export const windowOpened = (window: OpenWindow): void => void windows.add(window)

export function windowClosed(window: OpenWindow): void {
  windows.delete(window)
  if (windows.size === 0) onAllClosed()
}

export function whenAllClosed(listener: () => void): void {
  onAllClosed = listener
}
