// Whether the microphone that a call would open is the one that has opened before in this page. Knows no devices and no calls.

export interface ProvenMicrophone {
  /** The page is told to open the one that is chosen. One that does not answer is not known to open. */
  ordered(): void
  /** The page has opened it. */
  opened(): void
  /** It went away, or its page did. */
  lost(): void
  /** It opened when it was asked for last, and is still the one that is chosen. */
  isProven(): boolean
}

/** `chosen`: its device id, null for the system's default. */
export function createProvenMicrophone(chosen: () => string | null): ProvenMicrophone {
  let asked: string | null = null
  let proven: string | null | undefined
  return {
    ordered() {
      asked = chosen()
      proven = undefined
    },
    opened: () => void (proven = asked),
    lost: () => void (proven = undefined),
    isProven: () => proven === chosen(),
  }
}
