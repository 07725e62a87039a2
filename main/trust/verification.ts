// The safety number of a contact and me: what two people compare when they meet. Does not decide trust.
import type { Address } from '../../contract/ids.ts'
import { parseAddress } from '../../sp1/address.ts'
import { safetyNumber } from '../../sp1/safety-number.ts'
import { readAddress } from '../desktop/deep-link.ts'

/** 60 digits in 12 groups of five; about 26 ms of work. Code: `bad-address`. */
export function safetyNumberWith(own: Address, other: Address): string {
  return safetyNumber(parseAddress(own), parseAddress(readAddress(other)))
}
