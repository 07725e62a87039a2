// What the SDP of a call says about sound, whoever wrote it. Pure text to text; knows no connection.

/** Constant bitrate and no silence suppression, with forward error correction (RFC 7587 section 6.1). */
const opusParameters = { cbr: '1', usedtx: '0', useinbandfec: '1', maxaveragebitrate: '32000' } as const

/** Header extensions of RFC 6464 and RFC 6465: the loudness of each packet, outside the encryption. */
const audioLevel = /^a=extmap:.*hdrext:[cs]src-audio-level\b/

/**
 * Gives Opus its parameters and takes the audio level extensions out.
 *
 * SECURITY: applied to the peer's description as well, because an encoder follows what the other side asks for:
 * with a variable bitrate or levels in the clear, packet sizes and headers tell an eavesdropper what is said.
 */
export function shapeSdp(sdp: string): string {
  const lines = sdp.split(/\r?\n/).filter((line) => !audioLevel.test(line))
  for (const payloadType of opusPayloadTypes(lines)) giveParameters(lines, payloadType)
  return lines.join('\r\n')
}

/** Candidates travel on their own, each by one way only. */
export const withoutCandidates = (sdp: string): string =>
  sdp.replace(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, '')

function opusPayloadTypes(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^a=rtpmap:(\d+) opus\//i.exec(line)?.[1] ?? [])
}

function giveParameters(lines: string[], payloadType: string): void {
  const start = `a=fmtp:${payloadType} `
  const at = lines.findIndex((line) => line.startsWith(start))
  const parameters = new Map<string, string>()
  for (const part of lines[at]?.slice(start.length).split(';') ?? []) {
    const [name = '', value = ''] = part.trim().split('=')
    if (name) parameters.set(name, value)
  }
  for (const [name, value] of Object.entries(opusParameters)) parameters.set(name, value)
  const line = start + [...parameters].map(([name, value]) => `${name}=${value}`).join(';')
  if (at >= 0) lines[at] = line
  else lines.splice(lines.findIndex((other) => other.startsWith(`a=rtpmap:${payloadType} `)) + 1, 0, line)
}
