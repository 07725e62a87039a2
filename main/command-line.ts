// What the app reads from its command line: a profile, whether to start hidden, and at most one link. Everything
// else on it is somebody else's and changes nothing here.
import { isLink } from './desktop/deep-link.ts'

export interface CommandLine {
  readonly profile: string | null
  readonly hidden: boolean
  /** As it was given; read by desktop/deep-link. */
  readonly link: string | null
}

const PROFILE = /^[a-z0-9-]{1,32}$/

/**
 * `args` are the arguments after the program.
 *
 * SECURITY: systems hand a clicked link to us as an argument, so whoever wrote the link may try to go on with
 * options of their own. Everything after the link is discarded (E20).
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const at = args.findIndex(isLink)
  const before = at < 0 ? args : args.slice(0, at)
  return {
    profile: before.map((_, index) => profileAt(before, index)).find((name) => name !== null) ?? null,
    hidden: before.includes('--hidden'),
    link: args[at] ?? null,
  }
}

/** A profile becomes the name of a folder, so the grammar leaves no room for `..` or a separator. */
function profileAt(args: readonly string[], index: number): string | null {
  const [, inline] = /^--profile=(.*)$/s.exec(args[index] ?? '') ?? []
  const name = args[index] === '--profile' ? args[index + 1] : inline
  return name !== undefined && PROFILE.test(name) ? name : null
}
