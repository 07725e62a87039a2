// What two people compare when they meet, and what comes of it: the safety number, and the QR code that each shows the
// other. Main alone compares, and asks the person itself: a page only says what was pressed and what a camera saw.
import { PhoneError, type ErrorCode } from '../../contract/errors.ts'
import type { Address } from '../../contract/ids.ts'
import { groupAddress, parseAddress } from '../../sp1/address.ts'
import { equal } from '../../sp1/encode.ts'
import { Refusal } from '../../sp1/refusal.ts'
import { parseSafetyCode, safetyCode } from '../../sp1/safety-code.ts'
import { safetyNumber } from '../../sp1/safety-number.ts'
import { readAddress } from '../desktop/deep-link.ts'
import type { Question } from '../desktop/quit.ts'
import { strings } from '../desktop/strings.ts'
import type { Contacts } from './contacts.ts'

export interface Verification {
  /** 60 digits in 12 groups of five, about 26 ms of work, and the text of the QR code. Code: `bad-address`. */
  numberWith(other: Address): { readonly digits: string; readonly code: string }
  /**
   * A person compared the numbers. False when they did not say so to the system's question as well; nobody asks whether
   * they differ. Codes: `bad-address`, `own-address`, `verify-refused`, and `question-open` while another one stands.
   */
  compared(other: Address, same: boolean): Promise<boolean>
  /**
   * A person scanned a code with the other one beside them. False and codes as `compared`; and where the code is not the
   * one: `code-none`, `code-own`, `code-other-person`, `code-other-address`. None of those changes what is known.
   */
  scanned(other: Address, text: string): Promise<boolean>
  /** Somebody who was blocked may call again. False when the person does not want to. Code: `question-open`. */
  unblock(other: Address): Promise<boolean>
}

export function createVerification(parts: {
  readonly own: Address
  readonly contacts: Pick<
    Contacts,
    'verified' | 'mismatched' | 'unblock' | 'nameOf' | 'isBlocked' | 'trustOf'
  >
  /** A question of the system's own look. */
  readonly confirm: (question: Question) => Promise<boolean>
  /** Somebody in a call with this identity must not go on. */
  readonly onMismatch: (other: Address) => void
}): Verification {
  const { own, contacts } = parts
  const ownKey = parseAddress(own)
  let asking = false

  /** A page may say what it likes as often as it likes; a person sees one question at a time. */
  const ask = async (question: Question): Promise<boolean> => {
    if (asking) throw new PhoneError('question-open')
    asking = true
    try {
      return await parts.confirm(question)
    } finally {
      asking = false
    }
  }
  const nameOf = (other: Address) => contacts.nameOf(other) ?? strings.verify.noName

  /**
   * SECURITY: a page that was taken over can press every button and show any number. It can neither answer the system's
   * question nor change what that shows: the true number, and whose it is.
   */
  const mark = async (other: Address, how: 'qr' | 'number'): Promise<boolean> => {
    if (contacts.isBlocked(other)) throw new PhoneError('verify-refused')
    const before = contacts.trustOf(other)
    const { digits } = numberWith(other)
    const rows = (digits.match(/(?:\d{5} ?){4}/g) ?? []).map((row) => row.trim())
    const differed = before.state === 'X'
    const agreed = await ask({
      message: strings.verify[differed ? 'messageDiffered' : 'message'](nameOf(other)),
      detail: [
        ...(differed ? [strings.verify.differed] : []),
        strings.verify[how],
        rows.join('\n'),
        strings.verify.address(groupAddress(other)),
      ].join('\n\n'),
      confirm: strings.verify.confirm,
    })
    if (!agreed) return false
    // The question may have stood there for long: what was found out meanwhile, it did not tell.
    if (contacts.trustOf(other).state !== before.state) throw new PhoneError('verify-refused')
    await contacts.verified(other, how)
    return true
  }

  const numberWith = (other: Address) => {
    const key = parseAddress(readAddress(other))
    return { digits: safetyNumber(ownKey, key), code: safetyCode(ownKey, key) }
  }

  const keyOf = (other: Address): Uint8Array => {
    const key = parseAddress(readAddress(other))
    if (equal(key, ownKey)) throw new PhoneError('own-address')
    return key
  }

  return {
    numberWith,
    async compared(other, same) {
      keyOf(other)
      if (same) return mark(other, 'number')
      const kept = contacts.mismatched(other)
      // What a full disk cannot keep is still true: the call is cut either way.
      parts.onMismatch(other)
      await kept
      return true
    },
    async scanned(other, text) {
      const wrong = whatIsWrong(text, { shownBy: keyOf(other), shownTo: ownKey })
      if (wrong !== null) throw new PhoneError(wrong)
      return mark(other, 'qr')
    },
    async unblock(other) {
      if (!contacts.isBlocked(other)) return true
      const agreed = await ask({
        message: strings.unblock.message(nameOf(other)),
        detail: `${strings.unblock.detail}\n\n${strings.verify.address(groupAddress(other))}`,
        confirm: strings.unblock.confirm,
      })
      if (agreed) await contacts.unblock(other)
      return agreed
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
