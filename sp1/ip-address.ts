// Reads IP addresses as they stand in ICE candidates, and tells which of them no peer may offer.

/** The 4 or 16 bytes of an IPv4 or IPv6 literal without a zone, or null. */
export function parseIp(text: string): Uint8Array | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/**
 * Whether an address is out of place in a candidate: unspecified, loopback, link-local, multicast, reserved, or
 * an IPv4 address of that kind written as IPv6. Private networks are allowed: two phones may share one.
 */
export function isForbiddenPeer(address: Uint8Array): boolean {
  if (address.length === 4) return isForbiddenIpv4(address)
  const [first = 0, second = 0] = address
  const isMapped = address.subarray(0, 10).every((byte) => byte === 0) && isMappedPrefix(address)
  if (isMapped) return isForbiddenIpv4(address.subarray(12))
  return first === 0xff || (first === 0xfe && (second & 0xc0) === 0x80)
}

/** ::ffff:a.b.c.d, and ::a.b.c.d, to which :: and ::1 belong. */
function isMappedPrefix(address: Uint8Array): boolean {
  return (address[10] === 0xff && address[11] === 0xff) || (address[10] === 0 && address[11] === 0)
}

function isForbiddenIpv4(address: Uint8Array): boolean {
  const [first = 0, second = 0] = address
  return first === 0 || first === 127 || first >= 224 || (first === 169 && second === 254)
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  // No leading zeros: some parsers read them as octal.
  if (!parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return null
  return Uint8Array.from(parts, Number)
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1))
  if (!head) return null
  if (halves.length === 1) return head.length === 16 ? Uint8Array.from(head) : null
  if (!tail || head.length + tail.length > 14) return null
  const zeros = new Array<number>(16 - head.length - tail.length).fill(0)
  return Uint8Array.from([...head, ...zeros, ...tail])
}

/** The bytes of groups divided by single colons; at the end of the address the last may be an IPv4 literal. */
function parseGroups(text: string, endsAddress: boolean): number[] | null {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const ipv4 = endsAddress && index === groups.length - 1 ? parseIpv4(group) : null
    if (ipv4) bytes.push(...ipv4)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else return null
  }
  return bytes
}
