// The words main shows outside the pages: tray, notifications, dialogs. German; the pages have their own.
import { cliStrings } from '../control/cli-strings.ts'
import type { Strings } from './strings.ts'

export const strings: Strings = {
  appName: 'Earshot',
  unknownCaller: 'Unbekannter Anrufer',
  someone: { caller: 'Jemand', called: 'jemanden', partner: 'jemandem' },
  tray: {
    tooltip: (words: string) => `Earshot: ${words}`,
    presence: 'Status',
    available: 'Verfügbar',
    'do-not-disturb': 'Nicht stören',
    invisible: 'Unsichtbar',
    'quiet-hours': 'Ruhezeit',
    hushed: (words: string, hush: string) => `${words}, ${hush}`,
    heldOpen: (name: string) => `Anruf mit ${name}, Mikrofon ein, solange Sie die Taste gedrückt halten`,
    letGo: (name: string) =>
      `Anruf mit ${name}, Mikrofon aus: Die Taste schien zu klemmen, deshalb hat Earshot sie losgelassen`,
    silence: 'Klingelton ausschalten',
    stopSharing: 'Bildschirm nicht mehr teilen',
    cameraOn: 'Kamera ein',
    camera: 'Kamera',
    offline: 'Nicht erreichbar',
    ready: 'Bereit',
    ringing: (name: string) => `${name} ruft an`,
    calling: (name: string) => `Sie rufen ${name} an`,
    inCall: (name: string) => `Anruf mit ${name}`,
    muted: (name: string) => `Anruf mit ${name}, Mikrofon aus`,
    warnings: (count: number) => (count === 1 ? '1 ungelesene Warnung' : `${count} ungelesene Warnungen`),
    lock: 'Jetzt sperren',
    missed: (count: number) => (count === 1 ? '1 verpasster Anruf' : `${count} verpasste Anrufe`),
    answer: 'Annehmen',
    decline: 'Ablehnen',
    mute: 'Mikrofon aus',
    hangUp: 'Auflegen',
    microphone: 'Mikrofon',
    speaker: 'Lautsprecher',
    systemDefault: 'Systemstandard',
    open: 'Earshot öffnen',
    quit: 'Beenden',
  },
  notification: {
    letGo: 'Ihr Mikrofon wurde ausgeschaltet',
    letGoBody: 'Die Taste für Push-to-Talk schien zu klemmen. Drücken Sie sie erneut, um zu sprechen.',
    minimised: 'Earshot läuft weiter',
    minimisedBody:
      'Sie können weiterhin angerufen werden. Diese Desktop-Umgebung zeigt keine Symbole im Infobereich, deshalb wartet das Fenster in der Fensterliste. Zum Beenden öffnen Sie es und wählen in den Einstellungen „Earshot beenden“.',
    incoming: (name: string) => `${name} ruft an`,
    incomingBody: 'Im Earshot-Fenster annehmen',
    missed: (name: string) => `Verpasster Anruf: ${name}`,
    tray: 'Earshot bleibt im Infobereich',
    trayBody:
      'Sie können weiterhin angerufen werden. Beenden lässt sich Earshot über das Symbol im Infobereich.',
  },
  quit: {
    inCall: 'Sie telefonieren gerade',
    inCallDetail: 'Wenn Sie Earshot beenden, endet der Anruf für Sie beide.',
    hosting: (guests: number) =>
      guests === 1
        ? 'Jemand verwendet den Server auf diesem Computer'
        : `${guests} andere verwenden den Server auf diesem Computer`,
    hostingDetail: 'Wer ihn verwendet, kann nicht angerufen werden, solange Earshot geschlossen ist.',
    confirm: 'Beenden',
    cancel: 'Abbrechen',
  },
  chat: {
    me: 'Ich',
    file: (name: string) => `Datei „${name}“`,
    fileName: (day: string) => `Earshot-Chat ${day}`,
    saveFile: 'Diese Datei speichern',
    keep: 'Diesen Chat behalten',
    openLink: { message: 'Diese Adresse im Browser öffnen?', confirm: 'Öffnen' },
  },
  backup: {
    kind: 'Earshot-Backup',
    anyFile: 'Alle Dateien',
    fileName: (date: string) => `Earshot ${date}`,
    saveTitle: 'Backup Ihrer Identität speichern',
    save: 'Backup speichern',
    openTitle: 'Backup Ihrer Identität öffnen',
  },
  restore: {
    message: 'Die Identität auf diesem Computer ersetzen?',
    detail:
      'An ihre Stelle tritt die aus dem Backup. Die jetzt vorhandenen Dateien bleiben neben den neuen erhalten.',
    confirm: 'Ersetzen',
  },
  lock: {
    message: 'Earshot während eines Anrufs sperren?',
    detail:
      'Der Anruf endet für Sie beide, und niemand kann bei Ihnen klingeln, bis Sie Ihre Passphrase eingeben.',
    confirm: 'Anruf beenden und sperren',
  },
  renew: {
    message: 'Neue Adresse erstellen?',
    detail:
      'Ein laufender Anruf endet, und unter der alten Adresse kann niemand mehr bei Ihnen klingeln. Kontakte, Verlauf und Einstellungen bleiben erhalten. Wer Sie als Kontakt hat, wird gebeten, Ihren neuen Schlüssel zu übernehmen, beim nächsten Anruf mit Ihnen oder über einen Link von Ihnen, und muss Sie erneut prüfen.',
    confirm: 'Neue Adresse erstellen',
  },
  verify: {
    message: (name: string) => `Möchten Sie ${name} als geprüft markieren?`,
    messageDiffered: (name: string) =>
      `Möchten Sie ${name} als geprüft markieren, obwohl vorher etwas nicht übereinstimmte?`,
    noName: 'diese Adresse',
    differed:
      'Sie haben früher festgestellt, dass Ihre Codes oder Nummern verschieden sind. Fahren Sie nur fort, wenn Sie gerade noch einmal verglichen haben, mit der anderen Person neben sich.',
    number:
      'Das ist die Sicherheitsnummer von Ihnen beiden. Steht dieselbe auf dem Bildschirm der anderen Person?',
    qr: 'Der gescannte QR-Code stimmt, wenn die andere Person ihn Ihnen gezeigt hat. Außerdem muss auf ihrem Bildschirm diese Sicherheitsnummer stehen.',
    address: (address: string) => `Adresse dieser Person:\n${address}`,
    confirm: 'Als geprüft markieren',
  },
  unblock: {
    message: (name: string) => `Darf ${name} Sie wieder anrufen?`,
    detail: 'Sie haben diese Person blockiert. Was Sie vorher über sie wussten, gilt dann wieder.',
    confirm: 'Blockierung aufheben',
  },
  erase: {
    message: 'Alle Daten von Earshot auf diesem Computer löschen?',
    detail:
      'Ihre Identität, Ihre Kontakte, der Anrufverlauf und die Einstellungen werden gelöscht. Ein laufender Anruf endet. Ohne Backup ist diese Adresse endgültig verloren: Niemand kann Sie dort wieder erreichen, und auch Sie selbst bekommen sie nicht zurück.',
    confirm: 'Alles löschen',
  },
  report: {
    saveTitle: 'Anrufqualität speichern',
    fileName: 'Earshot Anrufqualität',
  },
  ringtone: {
    kind: 'Audiodateien',
    openTitle: 'Klingelton wählen',
  },
  cli: cliStrings,
}
