// Who wants to hear that something changed. The change itself is read from its owner.
export interface Listeners {
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void
  tell(): void
}

export function createListeners(): Listeners {
  const listeners = new Set<() => void>()
  return {
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: () => listeners.forEach((listener) => listener()),
  }
}
