import { describe, expect, it } from 'vitest'
import { shapeSdp, withoutCandidates } from './sdp-shape.ts'

const sdp = (...lines: string[]): string => ['v=0', ...lines, ''].join('\r\n')

/** The sound of an offer as Chromium 156 makes it, where nothing was set. */
const chromiumAudio = `m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:rrLm
a=ice-pwd:2MSAlTOjytAaSiru1HkWgy+v
a=ice-options:trickle
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000`.split('\n')

describe('the shape of an SDP', () => {
  it('changes two lines of what Chromium offers, and leaves what stands for other codecs', () => {
    const before = sdp(...chromiumAudio).split('\r\n')
    const after = shapeSdp(sdp(...chromiumAudio)).split('\r\n')
    expect(before.filter((line) => !after.includes(line))).toEqual([
      'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
      'a=fmtp:111 minptime=10;useinbandfec=1',
    ])
    expect(after.filter((line) => !before.includes(line))).toEqual([
      'a=fmtp:111 minptime=10;useinbandfec=1;cbr=1;usedtx=0;maxaveragebitrate=32000',
    ])
  })
  it('gives Opus a constant bitrate and no silence suppression, and keeps its other parameters', () => {
    const shaped = shapeSdp(sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1'))
    expect(shaped).toContain(
      'a=fmtp:111 minptime=10;useinbandfec=1;cbr=1;usedtx=0;maxaveragebitrate=32000\r\n',
    )
  })
  it('overrides a peer that asks for a variable bitrate or silence suppression', () => {
    const shaped = shapeSdp(sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 cbr=0; usedtx=1'))
    expect(shaped).toContain('a=fmtp:111 cbr=1;usedtx=0;')
  })
  it('adds the parameters where there were none, behind the codec they belong to', () => {
    const lines = shapeSdp(sdp('a=rtpmap:96 VP8/90000', 'a=rtpmap:111 opus/48000/2', 'a=mid:0')).split('\r\n')
    expect(lines[3]).toBe('a=fmtp:111 cbr=1;usedtx=0;useinbandfec=1;maxaveragebitrate=32000')
    expect(lines[4]).toBe('a=mid:0')
  })
  it('C9 takes out the extensions that tell how loud each packet is, and no other', () => {
    const shaped = shapeSdp(
      sdp(
        'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
        'a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level vad=on',
        'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
      ),
    )
    expect(shaped).toBe(sdp('a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid'))
  })
  it('leaves a description without sound as it is', () => {
    const text = sdp('m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=sctp-port:5000')
    expect(shapeSdp(text)).toBe(text)
  })
  it('sends candidates on their own way only', () => {
    expect(
      withoutCandidates(sdp('a=mid:0', 'a=candidate:1 1 udp 1 x 9 typ host', 'a=end-of-candidates')),
    ).toBe(sdp('a=mid:0'))
  })
})
