// The two names that travel between processes: a call and an identity. Shapes only; whether an address is
// genuine (checksum, key check) is decided in sp1/address.
import * as v from 'valibot'

/** 16 random bytes as base64url, chosen by the caller (SP1 section 4, `cid`). */
export const CallId = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/), v.brand('CallId'))
export type CallId = v.InferOutput<typeof CallId>

/** The identity key in its written form: 56 characters of base32 (SP1 section 2). */
export const Address = v.pipe(v.string(), v.regex(/^[a-z2-7]{56}$/), v.brand('Address'))
export type Address = v.InferOutput<typeof Address>
