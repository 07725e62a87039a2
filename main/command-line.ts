// What the app reads from its command line: a profile, whether to start hidden, at most one link, or an order for the app
// that runs already. Everything else on it is somebody else's and changes nothing here.
import { PROFILE, cliVerbs } from './control/cli.ts'
import { isLink } from './desktop/deep-link.ts'

export interface CommandLine {
  readonly profile: string | null
  readonly hidden: boolean
  /** As it was given; read by desktop/deep-link. */
  readonly link: string | null
  /** Not to be started: an order for the Earshot that runs, read by control/cli. Null to start. */
  readonly cli: readonly string[] | null
}

/**
 * `args` are the arguments after the program.
 *
 * SECURITY: systems hand a clicked link to us as an argument, so whoever wrote the link may try to go on with
 * options of their own. Everything after the link is discarded (E20).
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const at = args.findIndex(isLink)
  const before = at < 0 ? args : args.slice(0, at)
  const cli = cliIn(before, args)
  const words = cli === null ? before : args
  return {
    profile: words.map((_, index) => profileAt(words, index)).find((name) => name !== null) ?? null,
    hidden: before.includes('--hidden'),
    link: cli === null ? (args[at] ?? null) : null,
    cli,
  }
}

/**
 * What follows `--cli`, or everything where the first word, but for a profile, is a command.
 *
 * SECURITY: a link is never followed by one, and one that follows a command is only what the command is about (E20).
 */
function cliIn(before: readonly string[], args: readonly string[]): readonly string[] | null {
  const first = before.findIndex(
    (arg, index) => !/^--profile(=|$)/.test(arg) && before[index - 1] !== '--profile',
  )
  if ((cliVerbs as readonly string[]).includes(before[first] ?? '')) return args
  const at = before.indexOf('--cli')
  return at < 0 ? null : args.slice(at + 1)
}

function profileAt(args: readonly string[], index: number): string | null {
  const [, inline] = /^--profile=(.*)$/s.exec(args[index] ?? '') ?? []
  const name = args[index] === '--profile' ? args[index + 1] : inline
  return name !== undefined && PROFILE.test(name) ? name : null
}
