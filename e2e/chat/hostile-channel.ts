// A page that an attacker owns: it has the keys of its link, as every page has, and sends over the chat channel what no app
// would. Installed before the call, in the page of the attacker's own phone.
import type { Phone } from '../phone.ts'

interface Hostile {
  /** Seals this plaintext as the next record; or sends it as it is. */
  seal(plaintext: readonly number[]): Promise<void>
  raw(data: readonly number[] | string): void
}
declare global {
  interface Window {
    hostile: Hostile
  }
}

/** Must stand alone: only its text travels. */
function install(): void {
  type Keys = { role: 'a' | 'b'; linkId: Uint8Array<ArrayBuffer>; send: Uint8Array<ArrayBuffer> }
  let channel: RTCDataChannel | null = null
  let keys: Keys | null = null
  let sent = 0
  let send: (data: never) => void = () => undefined
  /** From the first hostile record on the page's own app is silent: its numbers would be used twice. */
  let alone = false
  const create = RTCPeerConnection.prototype.createDataChannel
  RTCPeerConnection.prototype.createDataChannel = function (label, options) {
    const made = create.call(this, label, options)
    if (label === 'chat') {
      channel = made
      sent = 0
      alone = false
      send = made.send.bind(made) as never
      made.send = ((data: never) => {
        if (alone) return
        sent += 1
        send(data)
      }) as never
    }
    return made
  }
  window.shell.on['chat.open'](({ keys: given }) => {
    keys = {
      role: given.role,
      linkId: Uint8Array.from(given.linkId),
      send: Uint8Array.from(given.send),
    }
  })
  const hmac = async (key: Uint8Array<ArrayBuffer>, byte: number) => {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    return new Uint8Array(await crypto.subtle.sign('HMAC', imported, Uint8Array.of(byte)))
  }
  window.hostile = {
    async seal(plaintext) {
      if (!keys || !channel) throw new Error('no link')
      alone = true
      let chain = keys.send
      for (let i = 0; i < sent; i++) chain = await hmac(chain, 2)
      const key = await crypto.subtle.importKey('raw', await hmac(chain, 1), 'AES-GCM', false, ['encrypt'])
      const number = new Uint8Array(8)
      new DataView(number.buffer).setBigUint64(0, BigInt(sent))
      const text = (words: string) => [...new TextEncoder().encode(words)]
      const additionalData = Uint8Array.from([
        ...text('SP1 chat\0'),
        0,
        0,
        0,
        16,
        ...keys.linkId,
        ...text(keys.role),
        ...number,
      ])
      const iv = new Uint8Array(12)
      const box = await crypto.subtle.encrypt(
        { name: 'AES-GCM', iv, additionalData },
        key,
        Uint8Array.from(plaintext),
      )
      sent += 1
      send(Uint8Array.from([...number, ...new Uint8Array(box)]) as never)
    },
    raw(data) {
      send((typeof data === 'string' ? data : Uint8Array.from(data)) as never)
    },
  }
}

export const takeOver = (phone: Phone): Promise<void> => phone.page.evaluate(install)

/** A message as the app would seal it, whatever it says. */
export async function sayHostile(phone: Phone, message: unknown): Promise<void> {
  const json = new TextEncoder().encode(JSON.stringify(message))
  const padded = new Uint8Array(1 + Math.ceil((json.length + 5) / 256) * 256)
  padded[0] = 1
  new DataView(padded.buffer).setUint32(1, json.length)
  padded.set(json, 5)
  padded[5 + json.length] = 0x80
  await phone.page.evaluate((bytes) => window.hostile.seal(bytes), [...padded])
}
