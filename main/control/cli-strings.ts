// What the command line says. English.
import type { ControlCode, ControlStatus } from './control-protocol.ts'

const help = `Usage: earshot COMMAND [--profile NAME]

Talks to the Earshot that is running. Where these words are taken for something else: earshot --cli COMMAND

  call NAME             calls the contact with this name, by voice
  call ADDRESS          calls this contact; for somebody who is none, Earshot shows who it would be and asks
  answer                answers the call that rings, by voice
  decline               declines it
  hangup                ends the call
  mute on|off|toggle    switches the microphone off, on, or the other way
  ptt down|up           opens the microphone until "up", or for 60 seconds after the last "down"
  status [--json]       says whether there is a call, with whom, and what is open

Ends with 0 when it is done, 1 when Earshot refused (and says why), 2 when the command is wrong,
3 when Earshot is not running.`

const refusals: { readonly [C in ControlCode]?: string } = {
  'not-ready': 'Earshot is starting or locked. Open its window and try again.',
  'server-unreachable': 'No server is chosen, so nobody can be called. Choose one in Earshot.',
  'own-address': 'This is your own address.',
  'call-in-progress': 'You are in a call. End it first.',
  'no-call': 'There is no call.',
  'nobody-found': 'No contact has this name, and it is no address.',
  'person-refused': 'You blocked this person, or their codes did not match. Look in Earshot.',
  'nothing-rings': 'Nothing rings.',
  'too-soon': 'The call has only just begun to ring. Look who calls, then try again.',
  'line-too-long': 'That is too long.',
  rate: 'Too many orders in a minute. Wait a moment.',
  'bad-request': 'Earshot did not understand that. It may be another version.',
  'bad-secret': 'Earshot did not accept this command. It may have been restarted just now; try again.',
}

export const cliStrings = {
  help,
  seeHelp: 'earshot --cli --help lists what there is.',
  badProfile: 'The name of a profile is 1 to 32 letters a-z, digits and hyphens.',
  noCommand: 'Say what to do.',
  unknownCommand: (word: string) => `There is no command “${shown(word)}”.`,
  badArguments: (word: string) => `What follows “${shown(word)}” is not right.`,
  notRunning: 'Earshot is not running.',
  noAnswer: 'Earshot does not answer. It may be busy; try again.',
  asked: 'This is no contact. Earshot shows the address and waits for you there.',
  refused: (code: ControlCode, count: number) =>
    code === 'name-ambiguous'
      ? `${count} contacts have this name. Use the address.`
      : (refusals[code] ?? `Earshot refused (${code}).`),
  status: ({ phase, name, mic, camera, online }: ControlStatus) => {
    const who = name === null ? 'somebody who is no contact' : shown(name)
    const media = `microphone ${mic}, camera ${camera}`
    switch (phase) {
      case 'idle':
      case 'ended':
        return online
          ? 'No call. You can be called.'
          : 'No call. You cannot be called: the server is not reached.'
      case 'dialing':
      case 'ringing':
        return `Calling ${who}; ${media}.`
      case 'incoming':
        return `A call rings from ${who}.`
      case 'connecting':
      case 'talking':
      case 'reconnecting':
        return `In a call with ${who}; ${media}.`
    }
  },
} as const

/** SECURITY: a name or word goes to a terminal; what steers one, or turns the direction of text, does not. */
function shown(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').slice(0, 80)
}
