// A few bytes under a passphrase: the form in which the vault and a backup keep what must not be read. Knows neither.
import { createCipheriv, createDecipheriv, scrypt, type ScryptOptions } from 'node:crypto'
import { PhoneError } from '../../contract/errors.ts'
import { concat, type Rng } from '../../sp1/encode.ts'

const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** What a box is longer than its content. */
export const BOX_OVERHEAD_BYTES = SALT_BYTES + NONCE_BYTES + TAG_BYTES
const MIN_PASSPHRASE_LENGTH = 8
/** SP1 section 2. 128 MiB and about half a second for every guess. */
const SCRYPT: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
const NOTHING = new Uint8Array()

/** Code: `passphrase-short`. */
export function checkNewPassphrase(passphrase: string): void {
  if ([...passphrase].length < MIN_PASSPHRASE_LENGTH) throw new PhoneError('passphrase-short')
}

/** salt || nonce || AES-256-GCM(content) under scrypt of the passphrase. `purpose` is authenticated with it. */
export async function sealUnderPassphrase(
  content: Uint8Array,
  passphrase: string,
  rng: Rng,
  purpose: Uint8Array = NOTHING,
): Promise<Uint8Array> {
  const salt = rng(SALT_BYTES)
  const nonce = rng(NONCE_BYTES)
  const key = await stretch(passphrase, salt)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(purpose)
  key.fill(0)
  return concat(salt, nonce, cipher.update(content), cipher.final(), cipher.getAuthTag())
}

/** Code: `passphrase-wrong`, which a changed box gives as well: the two cannot be told apart. */
export async function openWithPassphrase(
  box: Uint8Array,
  passphrase: string,
  purpose: Uint8Array = NOTHING,
): Promise<Uint8Array> {
  if (box.length < BOX_OVERHEAD_BYTES) throw new PhoneError('passphrase-wrong')
  const key = await stretch(passphrase, box.slice(0, SALT_BYTES))
  const nonce = box.slice(SALT_BYTES, SALT_BYTES + NONCE_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(purpose)
  key.fill(0)
  decipher.setAuthTag(box.slice(-TAG_BYTES))
  const content = decipher.update(box.slice(SALT_BYTES + NONCE_BYTES, -TAG_BYTES))
  try {
    decipher.final()
  } catch (cause) {
    content.fill(0)
    throw new PhoneError('passphrase-wrong', { cause })
  }
  return new Uint8Array(content)
}

/** In a thread of its own. Keyboards write the same letter in different ways; NFKC makes them one passphrase. */
function stretch(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, SCRYPT, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })
}
