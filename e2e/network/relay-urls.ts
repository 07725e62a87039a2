// Where a relay at these addresses is reached: UDP and TCP, and its own address from STUN.
const urlHost = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip)

export const relayUrls = (ips: readonly string[], port: number): string[] =>
  ips.flatMap((ip) => {
    const place = `${urlHost(ip)}:${port}`
    return [`stun:${place}`, `turn:${place}?transport=udp`, `turn:${place}?transport=tcp`]
  })
