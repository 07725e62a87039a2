// One end of a call with nothing but the browser: what is physically possible. The microphone is open and the certificate
// made before anybody calls, and whoever answers makes the offer, so that one way is enough for it to arrive.
import type { Signals } from './signals.ts'

export interface End {
  /** The click that calls, at the end that calls. */
  call(): void
  /** The click that accepts, at the end that is called. */
  accept(): void
  /** Looks for another path, where this end can; the one there is stays in use until there is another. */
  restart?(): void
  close(): void
}

export interface EndParts {
  readonly signals: Signals
  readonly microphone: MediaStreamTrack
  readonly config: RTCConfiguration
  /** The other end calls. */
  readonly onRing: () => void
  /** A track of the other end, or null when it is gone. */
  readonly play: (track: MediaStreamTrack | null) => void
}

type Said =
  | { readonly ring: true }
  | { readonly description: RTCSessionDescriptionInit }
  | { readonly candidate: RTCIceCandidateInit }

export function createBareEnd({ signals, microphone, config, onRing, play }: EndParts): End {
  const connection = new RTCPeerConnection(config)
  connection.addTrack(microphone)
  connection.ontrack = ({ track }) => play(track)
  connection.onicecandidate = ({ candidate }) => candidate && signals.send({ candidate: candidate.toJSON() })

  async function take(said: Said): Promise<void> {
    if ('ring' in said) return onRing()
    if ('candidate' in said) return connection.addIceCandidate(said.candidate)
    await connection.setRemoteDescription(said.description)
    if (said.description.type === 'offer') await describe()
  }
  async function describe(): Promise<void> {
    await connection.setLocalDescription()
    if (connection.localDescription) signals.send({ description: connection.localDescription.toJSON() })
  }
  // One after the other: a candidate must not overtake the description before it.
  let turn = Promise.resolve()
  signals.listen((said) => (turn = turn.then(() => take(said as Said))))

  return {
    call: () => signals.send({ ring: true } satisfies Said),
    accept: () => void describe(),
    restart() {
      // One that is being agreed on is as good as the next.
      if (connection.signalingState !== 'stable') return
      connection.restartIce()
      void describe()
    },
    close() {
      connection.close()
      play(null)
    },
  }
}
