// Leaving the app: asks when others would notice, says goodbye, and lets go in the right order. Knows no Electron.
export interface Quit {
  /** A wish to quit, from wherever. Resolves true once the app may end; false when the person stays. */
  ask(): Promise<boolean>
}

export interface Question {
  readonly message: string
  readonly detail: string
  /** The word on the button for yes; without one it is about quitting. */
  readonly confirm?: string
}

export function createQuit(options: {
  /** What to ask before leaving, in order; empty when nobody would notice. */
  questions: () => readonly Question[]
  confirm: (question: Question) => Promise<boolean>
  /** Ends the call if there is one, tells the other side, closes what is open. Rejects or hangs at its peril. */
  leave: () => Promise<void>
  /** Resolves when it has taken too long to say goodbye. */
  patience: () => Promise<void>
}): Quit {
  let asking: Promise<boolean> | null = null

  const run = async (): Promise<boolean> => {
    for (const question of options.questions()) {
      if (!(await options.confirm(question))) return false
    }
    await Promise.race([options.leave().catch(() => undefined), options.patience()])
    return true
  }

  return {
    ask() {
      asking ??= run().finally(() => {
        asking = null
      })
      return asking
    },
  }
}
