// The words main shows outside the pages: tray, notifications, dialogs, command line, in the language that is spoken. The
// pages have their own. English is the pattern for the others.
import { cliStrings } from '../control/cli-strings.ts'
import type { Language } from '../../contract/settings.ts'
import { strings as german } from './strings.de.ts'
import { strings as spanish } from './strings.es.ts'
import { strings as french } from './strings.fr.ts'
import { strings as chinese } from './strings.zh-CN.ts'

const english = {
  appName: 'Earshot',
  unknownCaller: 'Unknown caller',
  /** Who is not to be named: as in `ringing`, `calling` and `inCall`. */
  someone: { caller: 'Someone', called: 'someone', partner: 'someone' },
  tray: {
    tooltip: (words: string) => `Earshot: ${words}`,
    offline: 'Not reachable',
    ready: 'Ready',
    ringing: (name: string) => `${name} is calling`,
    calling: (name: string) => `Calling ${name}`,
    inCall: (name: string) => `In a call with ${name}`,
    muted: (name: string) => `In a call with ${name}, microphone off`,
    heldOpen: (name: string) => `In a call with ${name}, microphone open while you hold the key`,
    letGo: (name: string) =>
      `In a call with ${name}, microphone off: the key seemed stuck, so Earshot let it go`,
    warnings: (count: number) => (count === 1 ? '1 warning to read' : `${count} warnings to read`),
    lock: 'Lock now',
    missed: (count: number) => (count === 1 ? '1 missed call' : `${count} missed calls`),
    answer: 'Answer',
    decline: 'Decline',
    silence: 'Silence the ring',
    mute: 'Mute microphone',
    stopSharing: 'Stop sharing',
    cameraOn: 'Camera on',
    hangUp: 'Hang up',
    microphone: 'Microphone',
    speaker: 'Speaker',
    camera: 'Camera',
    systemDefault: 'System default',
    presence: 'Presence',
    available: 'Available',
    'do-not-disturb': 'Do not disturb',
    invisible: 'Invisible',
    'quiet-hours': 'Quiet hours',
    hushed: (words: string, hush: string) => `${words}, ${hush.toLowerCase()}`,
    open: 'Open Earshot',
    quit: 'Quit',
  },
  notification: {
    incoming: (name: string) => `${name} is calling`,
    incomingBody: 'Answer in the Earshot window',
    missed: (name: string) => `Missed call from ${name}`,
    tray: 'Earshot stays in the tray',
    trayBody: 'You can still be called. Quit from the tray icon.',
    letGo: 'Your microphone was closed',
    letGoBody: 'The key for push-to-talk seemed stuck. Press it again to talk.',
    minimised: 'Earshot is still running',
    minimisedBody:
      'You can still be called. This desktop shows no tray icons, so the window waits in the list of windows. To quit, open it and choose Quit in the settings.',
  },
  cli: cliStrings,
  quit: {
    inCall: 'You are in a call',
    inCallDetail: 'Quitting ends the call for both of you.',
    hosting: (guests: number) =>
      guests === 1
        ? 'Somebody uses the server on this computer'
        : `${guests} others use the server on this computer`,
    hostingDetail: 'They cannot be called while Earshot is closed.',
    confirm: 'Quit',
    cancel: 'Cancel',
  },
  chat: {
    me: 'Me',
    file: (name: string) => `file “${name}”`,
    fileName: (day: string) => `Earshot chat ${day}`,
    saveFile: 'Save this file',
    keep: 'Keep this chat',
    openLink: { message: 'Open this address in your browser?', confirm: 'Open' },
  },
  backup: {
    kind: 'Earshot backup',
    anyFile: 'All files',
    fileName: (date: string) => `Earshot ${date}`,
    saveTitle: 'Save a backup of your identity',
    save: 'Save backup',
    openTitle: 'Open a backup of your identity',
  },
  report: {
    saveTitle: 'Save the call quality',
    fileName: 'Earshot call quality',
  },
  ringtone: {
    kind: 'Sounds',
    openTitle: 'Choose a sound to ring with',
  },
  restore: {
    message: 'Replace the identity on this computer?',
    detail:
      'The one from the backup takes its place. The files that are here now are kept beside the new ones.',
    confirm: 'Replace',
  },
  lock: {
    message: 'Lock Earshot during a call?',
    detail: 'The call ends for both of you, and nobody can ring you until you type your passphrase.',
    confirm: 'End call and lock',
  },
  renew: {
    message: 'Get a new address?',
    detail:
      'A call that runs ends, and nobody can ring you at your old address any more. Your contacts, history and settings stay. Whoever has you as a contact is asked to accept your new key, in your next call or through a link you send, and has to check you again.',
    confirm: 'Get a new address',
  },
  verify: {
    message: (name: string) => `Mark ${name} as checked?`,
    messageDiffered: (name: string) => `Mark ${name} as checked, although something did not match before?`,
    noName: 'this address',
    differed:
      'You found before that your codes or numbers differ. Go on only if you have just compared again, with the other person beside you.',
    number: 'This is the safety number of you two. Is it the same on the other person’s screen?',
    qr: 'The QR code that was scanned is right if the other person showed it to you. The safety number on their screen has to be this one as well.',
    address: (address: string) => `Their address:\n${address}`,
    confirm: 'Mark as checked',
  },
  unblock: {
    message: (name: string) => `Let ${name} call you again?`,
    detail: 'You blocked this person. What you knew about them before holds again.',
    confirm: 'Unblock',
  },
  erase: {
    message: 'Erase everything Earshot keeps on this computer?',
    detail:
      'Your identity, contacts, call history and settings are deleted. A call that runs ends. Without a backup, nobody can reach you at this address again, not even you.',
    confirm: 'Erase everything',
  },
}
export type Strings = typeof english

const spoken: Readonly<Record<Language, Strings>> = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  'zh-CN': chinese,
}

/** Those of the language that was last spoken. Read when they are shown, never kept. */
export const strings: Strings = { ...english }

export function speak(language: Language): void {
  Object.assign(strings, spoken[language])
}
