// `earshot call|answer|…`: reads the words, asks the app that runs, and says what came of it. Starts nothing and writes no file.
// Knows no Electron, so that it runs inside the packed program and on plain Node alike.
import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import { strings } from '../desktop/strings.ts'
import {
  ControlAnswer,
  controlFile,
  controlLimits,
  ControlPlace,
  type ControlOrder,
} from './control-protocol.ts'
import { createLineReader } from './control-line.ts'

/** What the program's end says to a script. */
export const exitCodes = { done: 0, refused: 1, usage: 2, notRunning: 3 } as const

const patienceMs = 10_000
const words = strings.cli

export type CliWish =
  | { readonly type: 'order'; readonly order: ControlOrder; readonly json: boolean }
  | { readonly type: 'help' }
  | { readonly type: 'usage'; readonly message: string }

/** A profile becomes the name of a folder, so the grammar leaves no room for `..` or a separator. */
export const PROFILE = /^[a-z0-9-]{1,32}$/

/** Words by which a command line is known to be one, where `--cli` does not say so. */
export const cliVerbs = ['call', 'answer', 'decline', 'hangup', 'mute', 'ptt', 'status'] as const

/** `args` without `--cli`; `--profile NAME` is read elsewhere and passed over here. */
export function readCliWish(args: readonly string[]): CliWish {
  const plain = withoutProfile(args)
  // Another profile than the one that was meant would be another person's phone.
  if (plain === null) return { type: 'usage', message: words.badProfile }
  if (plain.length === 0) return { type: 'usage', message: words.noCommand }
  if (plain.includes('--help') || plain.includes('-h')) return { type: 'help' }
  const [verb = '', ...rest] = plain
  const order = (order: ControlOrder | null, json = false): CliWish =>
    order ? { type: 'order', order, json } : { type: 'usage', message: words.badArguments(verb) }
  switch (verb) {
    case 'call':
      // A name of two words needs no quotes.
      return order(rest.length > 0 ? { do: 'call', who: rest.join(' ') } : null)
    case 'answer':
    case 'decline':
    case 'hangup':
      return order(rest.length === 0 ? { do: verb } : null)
    case 'mute': {
      const [to = 'toggle', ...more] = rest
      return order(more.length === 0 && isOneOf(['on', 'off', 'toggle'], to) ? { do: 'mute', to } : null)
    }
    case 'ptt': {
      const [to = '', ...more] = rest
      return order(more.length === 0 && isOneOf(['down', 'up'], to) ? { do: 'ptt', to } : null)
    }
    case 'status':
      return order(rest.every((word) => word === '--json') ? { do: 'status' } : null, rest.length > 0)
    default:
      return { type: 'usage', message: words.unknownCommand(verb) }
  }
}

/** Resolves with the exit code. `folder`: the data folder of the profile, which need not be there. */
export async function runCli(options: {
  readonly args: readonly string[]
  readonly folder: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}): Promise<number> {
  const { out, err } = options
  const wish = readCliWish(options.args)
  if (wish.type === 'help') {
    out(`${words.help}\n`)
    return exitCodes.done
  }
  if (wish.type === 'usage') {
    err(`${wish.message}\n${words.seeHelp}\n`)
    return exitCodes.usage
  }
  const place = await readPlace(options.folder)
  const answer = place && (await ask(place, wish.order))
  if (!answer) {
    err(`${words.notRunning}\n`)
    return exitCodes.notRunning
  }
  if (answer === 'silent') {
    err(`${words.noAnswer}\n`)
    return exitCodes.refused
  }
  if (!answer.ok) {
    err(`${words.refused(answer.code, answer.count ?? 0)}\n`)
    return exitCodes.refused
  }
  if (answer.status) out(`${wish.json ? JSON.stringify(answer.status) : words.status(answer.status)}\n`)
  if (answer.asked) out(`${words.asked}\n`)
  return exitCodes.done
}

async function readPlace(folder: string): Promise<ControlPlace | null> {
  try {
    return v.parse(ControlPlace, JSON.parse(await readFile(join(folder, controlFile), 'utf8')))
  } catch {
    return null
  }
}

/** Null where nobody listens, `silent` where somebody does and says nothing that could be read. */
function ask(place: ControlPlace, order: ControlOrder): Promise<ControlAnswer | 'silent' | null> {
  return new Promise((resolve) => {
    let reached = false
    let answer: ControlAnswer | null = null
    const socket = createConnection(place.path)
    const reader = createLineReader(controlLimits.lineBytes, (line) => {
      answer ??= answerIn(line)
      socket.destroy()
    })
    socket.setTimeout(patienceMs, () => socket.destroy())
    socket.on('connect', () => {
      reached = true
      socket.write(`${JSON.stringify({ secret: place.secret, ...order })}\n`)
    })
    socket.on('data', (chunk: Buffer) => {
      if (!reader.take(chunk)) socket.destroy()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(answer ?? (reached ? 'silent' : null)))
  })
}

function answerIn(line: string): ControlAnswer | null {
  try {
    return v.parse(ControlAnswer, JSON.parse(line))
  } catch {
    return null
  }
}

/** Null when a profile is asked for that cannot be one. */
function withoutProfile(args: readonly string[]): readonly string[] | null {
  const at = args.indexOf('--profile')
  const kept = at < 0 ? args : [...args.slice(0, at), ...args.slice(at + 2)]
  const given = [...(at < 0 ? [] : [args[at + 1] ?? '']), ...kept.flatMap(inlineProfile)]
  return given.every((name) => PROFILE.test(name))
    ? kept.filter((arg) => inlineProfile(arg).length === 0)
    : null
}

const inlineProfile = (arg: string): string[] =>
  arg.startsWith('--profile=') ? [arg.slice('--profile='.length)] : []

const isOneOf = <T extends string>(words: readonly T[], word: string): word is T =>
  (words as readonly string[]).includes(word)
