// The words main shows outside the pages: tray, notifications, dialogs. English; the pages have their own.
export const strings = {
  appName: 'Earshot',
  unknownCaller: 'Unknown caller',
  tray: {
    offline: 'Not reachable',
    ready: 'Ready',
    ringing: (name: string) => `${name} is calling`,
    calling: (name: string) => `Calling ${name}`,
    inCall: (name: string) => `In a call with ${name}`,
    muted: (name: string) => `In a call with ${name}, microphone off`,
    missed: (count: number) => (count === 1 ? '1 missed call' : `${count} missed calls`),
    answer: 'Answer',
    decline: 'Decline',
    mute: 'Mute microphone',
    hangUp: 'Hang up',
    microphone: 'Microphone',
    speaker: 'Speaker',
    systemDefault: 'System default',
    open: 'Open Earshot',
    quit: 'Quit',
  },
  notification: {
    incoming: (name: string) => `${name} is calling`,
    incomingBody: 'Answer in the Earshot window',
    missed: (name: string) => `Missed call from ${name}`,
    tray: 'Earshot stays in the tray',
    trayBody: 'You can still be called. Quit from the tray icon.',
  },
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
} as const
