// STUN messages as bytes (RFC 8489 sections 5, 14): as much as a TURN client of these tests needs. Knows no sockets.
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const MAGIC = 0x2112a442
const CRC_MASK = 0x5354554e
export const methods = { binding: 1, allocate: 3, refresh: 4, send: 6, data: 7, createPermission: 8 } as const
const classes = { request: 0, indication: 0x10, success: 0x100, error: 0x110 } as const
export const attributes = {
  username: 0x6,
  integrity: 0x8,
  error: 0x9,
  lifetime: 0xd,
  xorPeer: 0x12,
  data: 0x13,
  realm: 0x14,
  nonce: 0x15,
  xorRelayed: 0x16,
  transport: 0x19,
  xorMapped: 0x20,
  software: 0x8022,
  fingerprint: 0x8028,
} as const

export interface StunMessage {
  readonly method: number
  readonly class: keyof typeof classes
  readonly transaction: Buffer
  readonly attributes: ReadonlyMap<number, Buffer>
}
export type Attribute = readonly [type: number, value: Buffer]
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** IPv4 only (RFC 8489 section 14.2). */
export function xorAddress({ host, port }: HostPort): Buffer {
  const value = Buffer.from([0, 1, 0, 0, ...host.split('.').map(Number)])
  value.writeUInt16BE(port ^ (MAGIC >>> 16), 2)
  value.writeUInt32BE((value.readUInt32BE(4) ^ MAGIC) >>> 0, 4)
  return value
}
export function fromXorAddress(value: Buffer): HostPort {
  const ip = Buffer.alloc(4)
  ip.writeUInt32BE((value.readUInt32BE(4) ^ MAGIC) >>> 0)
  return { host: ip.join('.'), port: value.readUInt16BE(2) ^ (MAGIC >>> 16) }
}
export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** The key of long-term credentials (RFC 8489 section 9.2.2). */
export const longTermKey = (username: string, realm: string, password: string): Buffer =>
  createHash('md5').update(`${username}:${realm}:${password}`).digest()

function attributeBytes([type, value]: Attribute): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(type)
  head.writeUInt16BE(value.length, 2)
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)])
}

/** With a key, the message ends in MESSAGE-INTEGRITY; always in FINGERPRINT. */
export function encode(
  method: number,
  kind: keyof typeof classes,
  list: readonly Attribute[],
  key: Buffer | null,
): { readonly bytes: Buffer; readonly transaction: Buffer } {
  const transaction = randomBytes(12)
  const head = (length: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt16BE(method | classes[kind])
    bytes.writeUInt16BE(length, 2)
    bytes.writeUInt32BE(MAGIC, 4)
    return Buffer.concat([bytes, transaction])
  }
  let body = Buffer.concat(list.map(attributeBytes))
  if (key !== null) {
    // The length in the head counts the attribute that is being computed, and nothing behind it.
    const mac = createHmac('sha1', key)
      .update(Buffer.concat([head(body.length + 24), body]))
      .digest()
    body = Buffer.concat([body, attributeBytes([attributes.integrity, mac])])
  }
  const sum = crc32(Buffer.concat([head(body.length + 8), body])) ^ CRC_MASK
  body = Buffer.concat([body, attributeBytes([attributes.fingerprint, uint32(sum >>> 0)])])
  return { bytes: Buffer.concat([head(body.length), body]), transaction }
}

/** Null for what is no whole message; of an attribute that comes twice the first counts. */
export function decode(bytes: Buffer): StunMessage | null {
  if (bytes.length < 20 || bytes.readUInt32BE(4) !== MAGIC) return null
  if (bytes.length < 20 + bytes.readUInt16BE(2)) return null
  const type = bytes.readUInt16BE()
  const found = new Map<number, Buffer>()
  for (let at = 20; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2)
    const attribute = bytes.readUInt16BE(at)
    if (!found.has(attribute)) found.set(attribute, bytes.subarray(at + 4, at + 4 + length))
    at += 4 + Math.ceil(length / 4) * 4
  }
  const kind = Object.entries(classes).find(([, bits]) => (type & 0x110) === bits)
  return {
    method: type & ~0x110,
    class: (kind?.[0] ?? 'request') as keyof typeof classes,
    transaction: bytes.subarray(8, 20),
    attributes: found,
  }
}

/** The number of an error answer, as 401; null for another message. */
export function errorCode(message: StunMessage): number | null {
  const value = message.attributes.get(attributes.error)
  return value === undefined ? null : (value[2] ?? 0) * 100 + (value[3] ?? 0)
}
