import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectRefusal, outcomeOf } from './expect-refusal.ts'
import { checkMedia, checkSdp, relayedOnly } from './sdp-policy.ts'
import vectors from './vectors/sp1-v1.json' with { type: 'json' }

const direct = { relayOnly: false }
/** An offer of Chromium 156 with Opus, VP8 and rtx preferred, a data channel, and its candidates. */
const OFFER = readFileSync(new URL('./vectors/chromium-156-offer.sdp', import.meta.url), 'utf8')
const FINGERPRINT = /a=fingerprint:(sha-256 \S+)/.exec(OFFER)?.[1] ?? ''
const OTHER = FINGERPRINT.replace(/..$/, '00')

describe('the certificate check', () => {
  it.each(vectors.negative.sdp.cases)('A10 vector is judged $want', ({ sdp, want }) => {
    const outcome = outcomeOf(() => checkSdp(sdp, vectors.negative.sdp.fp))
    expect(outcome).toBe(want === 'ok' ? 'accepted' : want)
  })

  it('accepts what Chromium offers, in either case and with plain line ends', () => {
    checkSdp(OFFER, FINGERPRINT)
    checkSdp(OFFER.replaceAll('\r\n', '\n'), FINGERPRINT)
    checkSdp(OFFER.replaceAll(FINGERPRINT, FINGERPRINT.toLowerCase()), FINGERPRINT)
  })

  it('A1 refuses another certificate wherever it stands', () => {
    const places = OFFER.split(FINGERPRINT).length - 1
    expect(places).toBe(4)
    for (let place = 0; place < places; place++) {
      let seen = 0
      const swapped = OFFER.replaceAll(FINGERPRINT, (own) => (seen++ === place ? OTHER : own))
      expectRefusal('sdp-fp', () => checkSdp(swapped, FINGERPRINT))
    }
    expectRefusal('sdp-fp', () => checkSdp(`${OFFER}a=fingerprint:${OTHER}\r\n`, FINGERPRINT))
    expectRefusal('sdp-fp', () => checkSdp(`${OFFER}a=FINGERPRINT:${OTHER}\r\n`, FINGERPRINT))
  })

  it('A1 refuses a fingerprint that only looks or upper-cases like the signed one', () => {
    const signed = `sha-256 ${'FF:'.repeat(31)}FF`
    const sdp = (value: string) => `v=0\r\na=fingerprint:${value}\r\n`
    checkSdp(sdp(signed), signed)
    for (const value of [
      `sha-256 ${'FF:'.repeat(31)}\ufb00`,
      `${signed} AA`,
      signed.replace('256', '1'),
      'sha-256',
    ]) {
      expectRefusal('sdp-fp', () => checkSdp(sdp(value), signed))
    }
  })

  it('B1 refuses more than 64 KiB, in bytes', () => {
    const padded = (length: number, filler: string) => OFFER + filler.repeat(length - OFFER.length)
    checkSdp(padded(65_536, 'a'), FINGERPRINT)
    expectRefusal('sdp-size', () => checkSdp(padded(65_537, 'a'), FINGERPRINT))
    expectRefusal('sdp-size', () => checkSdp(padded(65_536, 'é'), FINGERPRINT))
  })

  it('takes only what stands at the beginning of a line for what it is', () => {
    const line = (text: string) => `v=0\r\n${text}\r\n`
    expectRefusal('sdp-nofp', () => checkSdp(line(`i=a=fingerprint:${FINGERPRINT}`), FINGERPRINT))
    expectRefusal('sdp-fp', () => checkSdp(line(`a=fingerprint:x${FINGERPRINT}`), FINGERPRINT))
    expectRefusal('sdp-fp', () => checkSdp(line(`a=fingerprint:${FINGERPRINT} x`), FINGERPRINT))
    checkSdp(`${OFFER}i=a=crypto:1\r\n`, FINGERPRINT)
    expectRefusal('sdp-sdes', () => checkSdp(`${OFFER}A=CRYPTO:1\r\n`, FINGERPRINT))
  })

  it('accepts a data channel at any port', () => {
    checkSdp(`${OFFER}m=application 59000 UDP/DTLS/SCTP webrtc-datachannel\r\n`, FINGERPRINT)
  })

  it('takes a fingerprint with more space around it for the same', () => {
    checkSdp(`v=0\r\na=fingerprint: ${FINGERPRINT.replace(' ', '  \t')} \r\n`, FINGERPRINT)
  })

  it('names the first rule that is broken', () => {
    const broken = 'v=0\r\na=crypto:1 x\r\nm=audio 9 RTP/AVP 0\r\n'
    const fingerprint = (value: string) => `${broken}a=fingerprint:${value}\r\n`
    expectRefusal('sdp-nofp', () => checkSdp(broken, FINGERPRINT))
    expectRefusal('sdp-fp', () => checkSdp(fingerprint(OTHER), FINGERPRINT))
    expectRefusal('sdp-sdes', () => checkSdp(fingerprint(FINGERPRINT), FINGERPRINT))
    expectRefusal('sdp-m', () =>
      checkSdp(fingerprint(FINGERPRINT).replace('a=crypto:1 x\r\n', ''), FINGERPRINT),
    )
  })

  it.each([
    'm=text 9 UDP/TLS/RTP/SAVPF 111',
    'm=audio 9 TCP/TLS/RTP/SAVPF 111',
    'm=application 9 DTLS/SCTP 5000',
    'm=',
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 x',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel 1',
    'm=m=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'm=m=audio 9 UDP/TLS/RTP/SAVPF 111',
  ])('refuses the media section %s', (line) => {
    expectRefusal('sdp-m', () => checkSdp(`${OFFER}${line}\r\n`, FINGERPRINT))
  })
})

describe('the media check', () => {
  it('accepts what Chromium offers when it prefers Opus, VP8 and rtx', () => {
    checkMedia(OFFER, direct)
  })

  it('accepts a retransmission with more parameters behind the repaired type', () => {
    const timed = OFFER.replace('a=fmtp:97 apt=96', 'a=fmtp:97 apt=96;rtx-time=3000')
    expect(timed).not.toBe(OFFER)
    checkMedia(timed, direct)
  })

  it('refuses an address in what opens the data channel', () => {
    const withAddress = Buffer.from([1, 0, 0, 28, ...Array<number>(16).fill(1), 0, 5, 0, 8, 192, 0, 2, 1])
    const say = (chunk: string) => OFFER.replace('a=sctp-port', `a=sctp-init:${chunk}\r\na=sctp-port`)
    checkMedia(say('AQAAHpiOLNYAUAAA/////y2tiXvAAAAEgAgABoLA'), direct)
    expectRefusal('sdp-m', () => checkMedia(say(withAddress.toString('base64')), direct))
  })

  it('accepts a rejected section without codecs', () => {
    checkMedia('v=0\r\nm=video 0 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\n', direct)
  })

  it.each([
    ['H264', (sdp: string) => sdp.replace('VP8/90000', 'H264/90000')],
    ['red', (sdp: string) => sdp.replace('opus/48000/2', 'red/48000/2')],
    ['Opus in one channel', (sdp: string) => sdp.replace('opus/48000/2', 'opus/48000')],
    ['VP8 as sound', (sdp: string) => sdp.replace('opus/48000/2', 'VP8/90000')],
    ['a further codec', (sdp: string) => sdp.replace('a=rtpmap:96', 'a=rtpmap:98 AV1/90000\r\na=rtpmap:96')],
    [
      'two meanings of one number',
      (sdp: string) => sdp.replace('a=rtpmap:96', 'a=rtpmap:96 rtx/90000\r\na=rtpmap:96'),
    ],
    ['a static payload type', (sdp: string) => sdp.replace('SAVPF 111', 'SAVPF 111 0')],
    ['a codec nobody mapped', (sdp: string) => sdp.replace('a=rtpmap:111 opus/48000/2\r\n', '')],
    ['a malformed map', (sdp: string) => sdp.replace('a=rtpmap:111 ', 'a=rtpmap:111  ')],
    ['rtx of nothing', (sdp: string) => sdp.replace('a=fmtp:97 apt=96\r\n', '')],
    ['more behind a codec', (sdp: string) => sdp.replace('opus/48000/2', 'opus/48000/2 x')],
    ['rtx of two', (sdp: string) => sdp.replace('a=fmtp:97 apt=96', 'a=fmtp:97 apt=96\r\na=fmtp:97 apt=96')],
    ['rtx with more before it', (sdp: string) => sdp.replace('a=fmtp:97 apt=96', 'a=fmtp:97 x=1;apt=96')],
    ['rtx with more behind it', (sdp: string) => sdp.replace('a=fmtp:97 apt=96', 'a=fmtp:97 apt=96 x')],
    ['rtx of itself', (sdp: string) => sdp.replace('apt=96', 'apt=97')],
    ['a map before any section', (sdp: string) => sdp.replace('t=0 0', 't=0 0\r\na=rtpmap:96 VP8/90000')],
    [
      'a map in a rejected section',
      () => 'v=0\r\nm=video 0 UDP/TLS/RTP/SAVPF 0\r\na=rtpmap:0 H264/90000\r\n',
    ],
    ['a map in the data section', (sdp: string) => `${sdp}a=rtpmap:96 VP8/90000\r\n`],
  ])('B5 refuses %s', (_, change) => {
    expect(change(OFFER)).not.toBe(OFFER)
    expectRefusal('sdp-codec', () => checkMedia(change(OFFER), direct))
  })

  it('refuses a ninth section', () => {
    const section = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'
    checkMedia(section.repeat(8), direct)
    expectRefusal('sdp-m', () => checkMedia(section.repeat(9), direct))
  })

  it('B4 refuses a loopback candidate inside, and B1 more than forty', () => {
    const loopback = OFFER.replace(/(a=candidate:.*) 192\.0\.2\.2/, '$1 127.0.0.1')
    expect(loopback).not.toBe(OFFER)
    expectRefusal('sdp-candidate', () => checkMedia(loopback, direct))
    const [candidate = ''] = /a=candidate:.*\r\n/.exec(OFFER) ?? []
    checkMedia(OFFER.replace(candidate, candidate.repeat(37)), direct)
    expectRefusal('sdp-candidate', () => checkMedia(OFFER.replace(candidate, candidate.repeat(38)), direct))
  })

  it('refuses direct candidates inside in relay-only mode', () => {
    expectRefusal('relay-only', () => checkMedia(OFFER, { relayOnly: true }))
  })
})

describe('R18 a description for a relay only', () => {
  const RELAYED =
    'a=candidate:2 1 udp 41885439 198.51.100.7 50001 typ relay raddr 192.0.2.2 rport 48750 generation 0'
  const withLines = (...lines: string[]) => OFFER.replace(/(a=fingerprint)/, `${lines.join('\r\n')}\r\n$1`)

  it('has no candidate but those of a relay, and says how many it lost', () => {
    const candidates = OFFER.split('a=candidate:').length - 1
    expect(candidates).toBeGreaterThan(0)
    const { sdp, dropped } = relayedOnly(withLines(RELAYED))
    expect(dropped).toBe(candidates)
    expect(sdp.match(/a=candidate:.*/g)).toEqual([
      RELAYED.replace('192.0.2.2 rport 48750', '0.0.0.0 rport 0'),
    ])
    checkMedia(sdp, { relayOnly: true })
    checkSdp(sdp, FINGERPRINT)
  })
  it('has no address of this computer on any other line', () => {
    const { sdp, dropped } = relayedOnly(
      withLines('c=IN IP4 192.0.2.2', 'a=rtcp:9 IN IP4 192.0.2.2', 'a=remote-candidates:1 192.0.2.2 48750'),
    )
    expect(sdp).not.toContain('192.0.2.2')
    expect(sdp).not.toContain('48750')
    expect(dropped).toBe(OFFER.split('a=candidate:').length)
  })
  it('is otherwise what it was', () => {
    const other = (text: string) =>
      text.split('\r\n').filter((line) => !/^(?:a=candidate:|c=|a=rtcp:|m=)/.test(line))
    expect(other(relayedOnly(OFFER).sdp)).toEqual(other(OFFER))
    const rejected = OFFER.replace(/m=video \d+/, 'm=video 0')
    expect(relayedOnly(rejected).sdp.match(/^m=\S+ \d+/gm)).toEqual([
      'm=audio 9',
      'm=video 0',
      'm=video 9',
      'm=application 9',
    ])
  })
  it('still shows a malformed candidate to the check', () => {
    const { sdp } = relayedOnly(withLines('a=candidate:nonsense'))
    expectRefusal('sdp-candidate', () => checkMedia(sdp, { relayOnly: true }))
  })
})
