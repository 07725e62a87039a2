// What a session description may contain, in both directions (SP1 section 5). `checkSdp` is the part that the
// protocol's vectors pin: the certificate. `checkMedia` is the rest: codecs and candidates.
import { checkCandidate, createCandidateLimit, withoutOrigin } from './candidate-policy.ts'
import type { CandidatePolicy } from './candidate-policy.ts'
import { utf8 } from './encode.ts'
import { Refusal } from './refusal.ts'
import { checkSctpInit } from './sctp-init.ts'

const MAX_SDP_BYTES = 65_536
const MAX_MEDIA_SECTIONS = 8

const RTP_SECTION = /^m=(audio|video) \d+ UDP\/TLS\/RTP\/SAVPF ([\d ]+)$/
const DATA_SECTION = /^m=application \d+ UDP\/DTLS\/SCTP webrtc-datachannel$/
const RTPMAP = /^a=rtpmap:(\d{1,3}) (\S+)$/
const REJECTED_WITHOUT_CODECS = /^m=(?:audio|video) 0 UDP\/TLS\/RTP\/SAVPF 0$/

const CODECS = {
  audio: ['opus/48000/2'],
  video: ['vp8/90000', 'rtx/90000'],
} as const

/**
 * Refuses, in this order, what is larger than 64 KiB (`sdp-size`), has no fingerprint (`sdp-nofp`), has any
 * fingerprint but the signed one (`sdp-fp`), carries keys in the clear (`sdp-sdes`), or has a media section that
 * is not DTLS-SRTP or a data channel (`sdp-m`). `fingerprint` is `sha-256 AA:BB…` as signed in M1 or M2.
 *
 * SECURITY: every fingerprint must be the signed one, wherever it stands: a single other one would let a second
 * certificate in.
 */
export function checkSdp(sdp: string, fingerprint: string): void {
  if (sdp.length > MAX_SDP_BYTES || utf8(sdp).length > MAX_SDP_BYTES) throw new Refusal('sdp-size')
  const lines = linesOf(sdp)
  const fingerprints = lines.filter((line) => /^a=fingerprint:/i.test(line))
  if (fingerprints.length === 0) throw new Refusal('sdp-nofp')
  if (!fingerprints.every((line) => isFingerprint(line, fingerprint))) throw new Refusal('sdp-fp')
  if (lines.some((line) => /^a=crypto:/i.test(line))) throw new Refusal('sdp-sdes')
  const sections = lines.filter((line) => line.startsWith('m='))
  if (!sections.every((line) => RTP_SECTION.test(line) || DATA_SECTION.test(line))) throw new Refusal('sdp-m')
}

/**
 * Refuses more than eight media sections (`sdp-m`), every codec but Opus, VP8 and the retransmission of VP8
 * (`sdp-codec`), candidates that `checkCandidate` refuses or beyond their limit, and what `checkSctpInit` refuses. For an
 * SDP that passed `checkSdp`.
 *
 * SECURITY: other codecs have packetizers that parse the encrypted payload, or packet sizes that tell more.
 */
export function checkMedia(sdp: string, policy: CandidatePolicy): void {
  const [head = [], ...sections] = sectionsOf(linesOf(sdp))
  if (sections.length > MAX_MEDIA_SECTIONS) throw new Refusal('sdp-m')
  if (head.some((line) => line.startsWith('a=rtpmap:'))) throw new Refusal('sdp-codec')
  const limit = createCandidateLimit()
  for (const section of [head, ...sections]) {
    for (const line of section.filter((candidate) => candidate.startsWith('a=candidate:'))) {
      limit.count(checkCandidate(line, policy))
    }
    checkSctpInit(section)
  }
  for (const section of sections) checkCodecs(section)
}

/**
 * The description with no address in it but those of a relay: other candidates are left out and counted, and the
 * addresses that stand for candidates (`c=`, `a=rtcp:`, the ports of sections; RFC 8839 section 4.2.1) are made unspecified. For an SDP that
 * passed `checkSdp`; says nothing about candidates that are malformed.
 */
export function relayedOnly(sdp: string): { readonly sdp: string; readonly dropped: number } {
  const lines = linesOf(sdp)
  const kept = lines.filter((line) => !/^a=remote-candidates:/i.test(line) && !isDirectCandidate(line))
  const hidden = kept.map((line) => {
    if (/^c=/i.test(line)) return 'c=IN IP4 0.0.0.0'
    if (/^a=rtcp:/i.test(line)) return 'a=rtcp:9 IN IP4 0.0.0.0'
    if (/^a=candidate:/i.test(line)) return withoutOrigin(line)
    // Port 0 says that the section is not used.
    return line.replace(/^(m=\S+) [1-9]\d* /, '$1 9 ')
  })
  return { sdp: hidden.join('\r\n'), dropped: lines.length - kept.length }
}

function isDirectCandidate(line: string): boolean {
  if (!/^a=candidate:/i.test(line)) return false
  try {
    checkCandidate(line, { relayOnly: true })
    return false
  } catch (error) {
    return error instanceof Refusal && error.code === 'relay-only'
  }
}

function checkCodecs(section: readonly string[]): void {
  const [mediaLine = ''] = section
  const [, kind, formats = ''] = RTP_SECTION.exec(mediaLine) ?? []
  const maps = section.filter((line) => line.startsWith('a=rtpmap:'))
  if (kind === undefined || REJECTED_WITHOUT_CODECS.test(mediaLine)) {
    if (maps.length > 0) throw new Refusal('sdp-codec')
    return
  }
  const codecs = new Map<string, string>()
  for (const line of maps) {
    const [, payloadType = '', codec = ''] = RTPMAP.exec(line) ?? []
    const allowed: readonly string[] = kind === 'audio' ? CODECS.audio : CODECS.video
    // A payload type that is named twice would mean one thing here and perhaps another in the media stack.
    if (!allowed.includes(codec.toLowerCase()) || codecs.has(payloadType)) throw new Refusal('sdp-codec')
    codecs.set(payloadType, codec.toLowerCase())
  }
  // A number without a map could be one of the static payload types, such as PCMU.
  if (!formats.split(' ').every((payloadType) => codecs.has(payloadType))) throw new Refusal('sdp-codec')
  for (const [payloadType, codec] of codecs) {
    if (codec === 'rtx/90000' && !repairsVp8(section, payloadType, codecs)) throw new Refusal('sdp-codec')
  }
}

/** Whether the format parameters of this retransmission name a VP8 payload type (RFC 4588 section 8.6). */
function repairsVp8(
  section: readonly string[],
  payloadType: string,
  codecs: ReadonlyMap<string, string>,
): boolean {
  const parameters = section.filter((line) => line.startsWith(`a=fmtp:${payloadType} `))
  const [, repaired = ''] = /^a=fmtp:\d+ apt=(\d+)(?:;.*)?$/.exec(parameters[0] ?? '') ?? []
  return parameters.length === 1 && codecs.get(repaired) === 'vp8/90000'
}

/** The hash name and the digits may be in either case, as RFC 8122 allows; nothing may follow them. */
function isFingerprint(line: string, signed: string): boolean {
  const value = line.slice('a=fingerprint:'.length).trim()
  // ASCII only, because upper-casing makes hexadecimal digits of some letters outside it (a ligature of two f).
  const [, digits] = /^sha-256[ \t]+([0-9a-f:]+)$/i.exec(value) ?? []
  return digits !== undefined && `sha-256 ${digits.toUpperCase()}` === signed
}

function linesOf(sdp: string): string[] {
  return sdp.split(/\r?\n/)
}

/** The session's own lines, then those of each media section. */
function sectionsOf(lines: readonly string[]): string[][] {
  const sections: string[][] = [[]]
  for (const line of lines) {
    if (line.startsWith('m=')) sections.push([])
    sections.at(-1)?.push(line)
  }
  return sections
}
