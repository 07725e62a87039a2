// One end of a call as the usual demo has it: simple-peer without trickle, the offer inside the ring, over a server that
// passes on what it gets. Its servers for STUN are left out: they belong to others, and here nobody could reach them.
import SimplePeer from 'simple-peer'
import type { End, EndParts } from './bare-end.ts'

/** The servers of the demo are in `config`. */
export function createDemoEnd({ signals, microphone, config, onRing, play }: EndParts): End {
  let peer: SimplePeer.Instance | null = null
  let offer: SimplePeer.SignalData | null = null

  function start(initiator: boolean): SimplePeer.Instance {
    peer = new SimplePeer({ initiator, trickle: false, stream: new MediaStream([microphone]), config })
    peer.on('signal', (signal) => signals.send(signal))
    peer.on('stream', (stream) => play(stream.getAudioTracks()[0] ?? null))
    peer.on('error', () => undefined)
    return peer
  }
  signals.listen((said) => {
    if (peer) return peer.signal(said as SimplePeer.SignalData)
    offer = said as SimplePeer.SignalData
    onRing()
  })

  return {
    call: () => void start(true),
    accept: () => offer && start(false).signal(offer),
    close() {
      peer?.destroy()
      play(null)
    },
  }
}
