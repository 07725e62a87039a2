// The words main shows outside the pages: tray, notifications, dialogs. Spanish; the pages have their own.
import { cliStrings } from '../control/cli-strings.ts'
import type { Strings } from './strings.ts'

export const strings: Strings = {
  appName: 'Earshot',
  unknownCaller: 'Persona desconocida',
  someone: { caller: 'Alguien', called: 'alguien', partner: 'alguien' },
  tray: {
    tooltip: (words: string) => `Earshot: ${words}`,
    presence: 'Estado',
    available: 'Disponible',
    'do-not-disturb': 'No molestar',
    invisible: 'Invisible',
    'quiet-hours': 'Horario de silencio',
    hushed: (words: string, hush: string) => `${words}, ${hush.toLowerCase()}`,
    heldOpen: (name: string) =>
      `En una llamada con ${name}, micrófono activado mientras mantienes pulsada la tecla`,
    letGo: (name: string) =>
      `En una llamada con ${name}, micrófono desactivado: la tecla parecía atascada, así que Earshot la dio por soltada`,
    silence: 'Silenciar el tono',
    stopSharing: 'Dejar de compartir la pantalla',
    cameraOn: 'Cámara activada',
    camera: 'Cámara',
    offline: 'No disponible',
    ready: 'Disponible',
    ringing: (name: string) => `${name} te está llamando`,
    calling: (name: string) => `Llamando a ${name}`,
    inCall: (name: string) => `En una llamada con ${name}`,
    muted: (name: string) => `En una llamada con ${name}, micrófono desactivado`,
    warnings: (count: number) => (count === 1 ? '1 aviso por leer' : `${count} avisos por leer`),
    lock: 'Bloquear Earshot ahora',
    missed: (count: number) => (count === 1 ? '1 llamada perdida' : `${count} llamadas perdidas`),
    answer: 'Contestar',
    decline: 'Rechazar',
    mute: 'Desactivar micrófono',
    hangUp: 'Colgar',
    microphone: 'Micrófono',
    speaker: 'Altavoz',
    systemDefault: 'Predeterminado del sistema',
    open: 'Abrir Earshot',
    quit: 'Salir',
  },
  notification: {
    letGo: 'Tu micrófono se desactivó',
    letGoBody: 'La tecla de «Pulsar para hablar» parecía atascada. Vuelve a pulsarla para hablar.',
    minimised: 'Earshot sigue abierto',
    minimisedBody:
      'Todavía pueden llamarte. Este escritorio no muestra iconos en la bandeja del sistema, así que la ventana espera en la lista de ventanas. Para salir, ábrela y elige «Salir de Earshot» en Ajustes.',
    incoming: (name: string) => `${name} te está llamando`,
    incomingBody: 'Contesta en la ventana de Earshot',
    missed: (name: string) => `Llamada perdida: ${name}`,
    tray: 'Earshot sigue en la bandeja del sistema',
    trayBody: 'Todavía pueden llamarte. Para salir, usa el icono de Earshot.',
  },
  quit: {
    inCall: 'Estás en una llamada',
    inCallDetail: 'Si sales, la llamada termina también para la otra persona.',
    hosting: (guests: number) =>
      guests === 1
        ? 'Alguien usa el servidor de este equipo'
        : `Otras ${guests} personas usan el servidor de este equipo`,
    hostingDetail: 'Mientras Earshot esté cerrado, no se puede llamar a quienes lo usan.',
    confirm: 'Salir',
    cancel: 'Cancelar',
  },
  chat: {
    me: 'Yo',
    file: (name: string) => `archivo «${name}»`,
    fileName: (day: string) => `Chat de Earshot ${day}`,
    saveFile: 'Guardar este archivo',
    keep: 'Conservar este chat',
    openLink: { message: '¿Abrir esta dirección en tu navegador?', confirm: 'Abrir' },
  },
  backup: {
    kind: 'Copia de seguridad de Earshot',
    anyFile: 'Todos los archivos',
    fileName: (date: string) => `Earshot ${date}`,
    saveTitle: 'Guardar una copia de seguridad de tu identidad',
    save: 'Guardar copia',
    openTitle: 'Abrir una copia de seguridad de tu identidad',
  },
  restore: {
    message: '¿Reemplazar la identidad de este equipo?',
    detail:
      'La de la copia de seguridad ocupará su lugar. Los archivos que hay ahora se conservan junto a los nuevos.',
    confirm: 'Reemplazar',
  },
  lock: {
    message: '¿Bloquear Earshot durante una llamada?',
    detail:
      'La llamada termina también para la otra persona, y nadie puede llamarte hasta que escribas tu frase de contraseña.',
    confirm: 'Terminar llamada y bloquear',
  },
  renew: {
    message: '¿Obtener una dirección nueva?',
    detail:
      'Si hay una llamada en curso, termina, y ya nadie podrá llamarte a tu dirección anterior. Tus contactos, tu historial y tus ajustes se conservan. A quien te tenga como contacto se le pedirá que acepte tu clave nueva, en la próxima llamada contigo o mediante un enlace que le envíes, y tendrá que verificarte de nuevo.',
    confirm: 'Obtener una dirección nueva',
  },
  verify: {
    message: (name: string) => `¿Confirmar la verificación de ${name}?`,
    messageDiffered: (name: string) =>
      `¿Confirmar la verificación de ${name}, aunque antes algo no coincidió?`,
    noName: 'esta dirección',
    differed:
      'Antes comprobaste que los códigos o los números eran distintos. Continúa solo si acabas de compararlos de nuevo con la otra persona a tu lado.',
    number:
      'Este es el número de seguridad entre tú y la otra persona. ¿Es el mismo que aparece en su pantalla?',
    qr: 'El código QR escaneado es correcto si te lo mostró la otra persona. El número de seguridad de su pantalla también tiene que ser este.',
    address: (address: string) => `Su dirección:\n${address}`,
    confirm: 'Confirmar verificación',
  },
  unblock: {
    message: (name: string) => `¿Permitir que ${name} vuelva a llamarte?`,
    detail: 'Has bloqueado a esta persona. Lo que sabías de ella antes vuelve a contar.',
    confirm: 'Desbloquear',
  },
  erase: {
    message: '¿Borrar todo lo que Earshot guarda en este equipo?',
    detail:
      'Se eliminan tu identidad, tus contactos, tu historial de llamadas y tus ajustes. Si hay una llamada en curso, termina. Sin una copia de seguridad, nadie podrá volver a localizarte en esta dirección, ni siquiera tú.',
    confirm: 'Borrar todo',
  },
  report: {
    saveTitle: 'Guardar la calidad de la llamada',
    fileName: 'Earshot calidad de llamada',
  },
  ringtone: {
    kind: 'Sonidos',
    openTitle: 'Elegir un sonido para el tono de llamada',
  },
  cli: cliStrings,
}
