// What two people compare when they meet, and what comes of it: the safety number, and the QR code that each shows the
// other. Main alone compares; a page only says what a person pressed and what a camera saw.
import { PhoneError, type ErrorCode } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import { parseAddress } from '../../sp1/address.ts'
import { equal } from '../../sp1/encode.ts'
import { Refusal } from '../../sp1/refusal.ts'
import { parseSafetyCode, safetyCode } from '../../sp1/safety-code.ts'
import { safetyNumber } from '../../sp1/safety-number.ts'
import { readAddress } from '../desktop/deep-link.ts'
import type { Contacts } from './contacts.ts'

export interface Verification {
  /** 60 digits in 12 groups of five, about 26 ms of work, and the text of the QR code. Code: `bad-address`. */
  numberWith(other: Address): { readonly digits: string; readonly code: string }
  /** A person compared the numbers. Codes: `bad-address`, `own-address`, `verify-refused`. */
  compared(other: Address, same: boolean): Promise<void>
  /**
   * A person scanned a code with the other one beside them. Codes as `compared`; and where the code is not the one:
   * `code-none`, `code-own`, `code-other-person`, `code-other-address`. None of those changes what is known.
   */
  scanned(other: Address, text: string): Promise<void>
}

export function createVerification(parts: {
  readonly own: Address
  readonly contacts: Pick<Contacts, 'verified' | 'mismatched'>
  /** Somebody in a call with this identity must not go on. */
  readonly onMismatch: (other: Address) => void
}): Verification {
  const { own, contacts } = parts
  const ownKey = parseAddress(own)

  const keyOf = (other: Address): Uint8Array => {
    const key = parseAddress(readAddress(other))
    if (equal(key, ownKey)) throw new PhoneError('own-address')
    return key
  }

  return {
    numberWith(other) {
      const key = parseAddress(readAddress(other))
      return { digits: safetyNumber(ownKey, key), code: safetyCode(ownKey, key) }
    },
    async compared(other, same) {
      keyOf(other)
      if (same) return contacts.verified(other, 'number')
      const kept = contacts.mismatched(other)
      // What a full disk cannot keep is still true: the call is cut either way.
      parts.onMismatch(other)
      await kept
    },
    async scanned(other, text) {
      const wrong = whatIsWrong(text, { shownBy: keyOf(other), shownTo: ownKey })
      if (wrong !== null) throw new PhoneError(wrong)
      await contacts.verified(other, 'qr')
    },
  }
}

/**
 * SECURITY: only the very code counts that the other person shows to me. One that I show myself comes back from a mirror,
 * or from somebody who photographed it, and proves nothing.
 */
function whatIsWrong(text: string, wanted: ReturnType<typeof parseSafetyCode>): ErrorCode | null {
  try {
    const { shownBy, shownTo } = parseSafetyCode(text)
    if (equal(shownBy, wanted.shownTo)) return 'code-own'
    if (!equal(shownBy, wanted.shownBy)) return 'code-other-person'
    return equal(shownTo, wanted.shownTo) ? null : 'code-other-address'
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return 'code-none'
  }
}
