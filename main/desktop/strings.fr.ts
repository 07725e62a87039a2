// The words main shows outside the pages: tray, notifications, dialogs. French; the pages have their own.
import { cliStrings } from '../control/cli-strings.ts'
import type { Strings } from './strings.ts'

export const strings: Strings = {
  appName: 'Earshot',
  unknownCaller: 'Appelant inconnu',
  someone: { caller: 'quelqu’un', called: 'quelqu’un', partner: 'quelqu’un' },
  tray: {
    tooltip: (words: string) => `Earshot\u00a0: ${words}`,
    presence: 'Statut',
    available: 'Disponible',
    'do-not-disturb': 'Ne pas déranger',
    invisible: 'Invisible',
    'quiet-hours': 'Heures calmes',
    hushed: (words: string, hush: string) => `${words}, ${hush.toLowerCase()}`,
    heldOpen: (name: string) => `En appel avec ${name}, micro activé tant que vous maintenez la touche`,
    letGo: (name: string) =>
      `En appel avec ${name}, micro coupé\u00a0: la touche semblait coincée, Earshot l’a donc relâchée`,
    silence: 'Couper la sonnerie',
    stopSharing: 'Arrêter le partage d’écran',
    cameraOn: 'Caméra activée',
    camera: 'Caméra',
    offline: 'Injoignable',
    ready: 'Prêt',
    ringing: (name: string) => `Appel entrant – ${name}`,
    calling: (name: string) => `Appel vers ${name}`,
    inCall: (name: string) => `En appel avec ${name}`,
    muted: (name: string) => `En appel avec ${name}, micro coupé`,
    warnings: (count: number) => (count === 1 ? '1 avertissement à lire' : `${count} avertissements à lire`),
    lock: 'Verrouiller maintenant',
    missed: (count: number) => (count === 1 ? '1 appel manqué' : `${count} appels manqués`),
    answer: 'Répondre',
    decline: 'Refuser',
    mute: 'Couper le micro',
    hangUp: 'Raccrocher',
    microphone: 'Micro',
    speaker: 'Haut-parleur',
    systemDefault: 'Appareil par défaut du système',
    open: 'Ouvrir Earshot',
    quit: 'Quitter',
  },
  notification: {
    letGo: 'Votre micro a été coupé',
    letGoBody: 'La touche « Appuyer pour parler » semblait coincée. Appuyez de nouveau dessus pour parler.',
    minimised: 'Earshot est toujours ouvert',
    minimisedBody:
      'On peut toujours vous appeler. Cet environnement de bureau n’affiche pas de zone de notification : la fenêtre reste donc dans la liste des fenêtres. Pour quitter, ouvrez-la et choisissez « Quitter Earshot » dans les paramètres.',
    incoming: (name: string) => `Appel entrant\u00a0: ${name}`,
    incomingBody: 'Répondez dans la fenêtre d’Earshot',
    missed: (name: string) => `Appel manqué\u00a0: ${name}`,
    tray: 'Earshot reste dans la zone de notification',
    trayBody: 'On peut toujours vous appeler. Pour quitter, utilisez l’icône de la zone de notification.',
  },
  quit: {
    inCall: 'Un appel est en cours',
    inCallDetail: 'Quitter met fin à l’appel pour vous deux.',
    hosting: (guests: number) =>
      guests === 1
        ? 'Quelqu’un utilise le serveur de cet ordinateur'
        : `${guests} autres personnes utilisent le serveur de cet ordinateur`,
    hostingDetail: 'Tant qu’Earshot est fermé, on ne peut pas les appeler.',
    confirm: 'Quitter',
    cancel: 'Annuler',
  },
  chat: {
    me: 'Moi',
    file: (name: string) => `fichier «\u00a0${name}\u00a0»`,
    fileName: (day: string) => `Discussion Earshot ${day}`,
    saveFile: 'Enregistrer ce fichier',
    keep: 'Garder cette discussion',
    openLink: { message: 'Ouvrir cette adresse dans votre navigateur\u202f?', confirm: 'Ouvrir' },
  },
  backup: {
    kind: 'Sauvegarde Earshot',
    anyFile: 'Tous les fichiers',
    fileName: (date: string) => `Earshot ${date}`,
    saveTitle: 'Enregistrer une sauvegarde de votre identité',
    save: 'Enregistrer la sauvegarde',
    openTitle: 'Ouvrir une sauvegarde de votre identité',
  },
  restore: {
    message: 'Remplacer l’identité sur cet ordinateur ?',
    detail: 'Celle de la sauvegarde prend sa place. Les fichiers actuels sont conservés à côté des nouveaux.',
    confirm: 'Remplacer',
  },
  lock: {
    message: 'Verrouiller Earshot pendant un appel ?',
    detail:
      'L’appel prend fin pour vous deux, et personne ne peut vous appeler tant que vous n’avez pas saisi votre phrase secrète.',
    confirm: 'Raccrocher et verrouiller',
  },
  renew: {
    message: 'Obtenir une nouvelle adresse ?',
    detail:
      'Tout appel en cours prend fin, et plus personne ne peut vous appeler à votre ancienne adresse. Vos contacts, votre historique et vos paramètres sont conservés. Les personnes qui vous ont dans leurs contacts seront invitées à accepter votre nouvelle clé, lors de votre prochain appel ou par un lien que vous leur envoyez, et devront vous vérifier de nouveau.',
    confirm: 'Obtenir une nouvelle adresse',
  },
  verify: {
    message: (name: string) => `Enregistrer la vérification pour ${name}\u202f?`,
    messageDiffered: (name: string) =>
      `Enregistrer la vérification pour ${name}, malgré une différence constatée auparavant\u202f?`,
    noName: 'cette adresse',
    differed:
      'Vous avez constaté auparavant que vos codes ou vos numéros étaient différents. Ne continuez que si vous venez de les comparer de nouveau, l’autre personne à vos côtés.',
    number: 'Voici votre numéro de sécurité commun. Est-il identique sur l’écran de l’autre personne ?',
    qr: 'Le code QR scanné est le bon si c’est l’autre personne qui vous l’a montré. Le numéro de sécurité sur son écran doit être, lui aussi, celui-ci.',
    address: (address: string) => `Son adresse\u00a0:\n${address}`,
    confirm: 'Enregistrer la vérification',
  },
  unblock: {
    message: (name: string) => `Autoriser ${name} à vous appeler de nouveau\u202f?`,
    detail: 'Vous avez bloqué cette personne. Ce que vous saviez d’elle auparavant redevient valable.',
    confirm: 'Débloquer',
  },
  erase: {
    message: 'Effacer tout ce qu’Earshot conserve sur cet ordinateur ?',
    detail:
      'Votre identité, vos contacts, l’historique de vos appels et vos paramètres sont supprimés. Tout appel en cours prend fin. Sans sauvegarde, plus personne ne pourra vous joindre à cette adresse, et vous ne pourrez pas non plus la récupérer.',
    confirm: 'Tout effacer',
  },
  report: {
    saveTitle: 'Enregistrer la qualité de l’appel',
    fileName: 'Earshot qualité d’appel',
  },
  ringtone: {
    kind: 'Sons',
    openTitle: 'Choisir un son pour la sonnerie',
  },
  cli: cliStrings,
}
