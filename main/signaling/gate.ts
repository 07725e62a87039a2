// Makes those who come wait until something is there. Knows nothing of what it is.

/** Lets through while it is open, in the order of arrival; once failed, nobody ever. */
export function createGate() {
  let failed = false
  let way = Promise.withResolvers<undefined>()
  const renew = () => {
    way = Promise.withResolvers<undefined>()
    // Nobody may be waiting when it fails.
    way.promise.catch(() => undefined)
  }
  renew()
  let isOpen = false
  return {
    passed: () => way.promise,
    open() {
      isOpen = true
      way.resolve(undefined)
    },
    shut() {
      if (!isOpen || failed) return
      isOpen = false
      renew()
    },
    fail(cause: Error) {
      if (failed) return
      failed = true
      if (isOpen) renew()
      way.reject(cause)
    },
  }
}
