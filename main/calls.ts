// Puts the call engine, the mailbox and the connections to servers together: who hears of what, and which server a
// call is made through. Each of them knows the others only as what it is handed here.
import type { Address } from '../contract/ids.ts'
import { PhoneError } from '../contract/errors.ts'
import type { DevicesView, Push } from '../contract/ipc.ts'
import type { PushName } from '../contract/ipc-names.ts'
import type { Rng } from '../sp1/encode.ts'
import { createCallEngine } from './call/call-engine.ts'
import { createLinkPolicy } from './call/link-policy.ts'
import type { Clock } from './clock.ts'
import type { CallParts, Calls } from './phone.ts'
import type { ServerConnection } from './server-choice.ts'
import type { Drop } from './signaling/drop.ts'
import { createMailbox } from './signaling/mailbox.ts'
import { createPrekeyShelf } from './signaling/prekey-shelf.ts'
import { createSignalingClient } from './signaling/signaling-client.ts'

export interface CallSurroundings extends CallParts {
  readonly clock: Clock
  readonly rng: Rng
  readonly ownName: () => string
  readonly chosenDevices: () => DevicesView['chosen']
  /** To the main window's page. */
  readonly send: <N extends Extract<PushName, `link.${string}`>>(name: N, value: Push<N>) => void
  /** Foreign input that was dropped, by the code of its refusal. */
  readonly count: (code: string) => void
}

export async function startCalls(
  parts: CallSurroundings,
): Promise<{ readonly calls: Calls; readonly connection: ServerConnection }> {
  const { identity, contacts, history, clock, rng, count } = parts
  let ownServer: string | null = null
  const drops = createOpenDrops()

  const shelf = createPrekeyShelf({ identity, file: parts.prekeys, clock, rng })
  await shelf.open()

  /** Where a call with this person goes: the server in the contact, else mine. */
  const serverFor = (peer: Address | null): string | null =>
    (peer === null ? null : contacts.serverOf(peer)) ?? ownServer

  const engine = createCallEngine({
    identity,
    clock,
    rng,
    policy: createLinkPolicy({ relayOnly: false }),
    openDrop(peer) {
      const url = serverFor(peer)
      if (url === null) throw new PhoneError('server-unreachable')
      return drops.keep(client.openDrop(url))
    },
    people: {
      view: contacts.view,
      isContact: contacts.has,
      isRefused: (address) => contacts.trustOf(address).state === 'X',
      // What a full disk cannot keep is still true until the app ends.
      verified: (address) => void contacts.verified(address, 'sas').catch(() => undefined),
      mismatched: (address) => void contacts.mismatched(address).catch(() => undefined),
    },
    record: ({ peer, ...entry }) => void history.record({ address: peer, ...entry }).catch(() => undefined),
    ownName: parts.ownName,
    chosenDevices() {
      const { microphone, camera } = parts.chosenDevices()
      return { microphoneId: microphone.deviceId, cameraId: camera.deviceId }
    },
    send: parts.send,
    count,
  })

  const mailbox = createMailbox({
    identity,
    prekeys: shelf.secrets,
    nowMs: clock.now,
    onCall: engine.called,
    onCancel: engine.cancelled,
    onMissed: engine.missed,
    count,
  })

  const client = createSignalingClient({
    identity,
    bundle: shelf.bundle,
    onEnvelope: async (envelope) => mailbox.deliver(envelope),
    onSettled: mailbox.settled,
    clock,
    rng,
  })
  client.onChange(() => {
    if (client.state().state !== 'online') mailbox.unsettled()
  })

  return {
    calls: {
      view: engine.view,
      link: engine.link,
      onChange: engine.onChange,
      pageGone: engine.pageGone,
      devicesChanged: engine.devicesChanged,
      command(order) {
        if (order.type === 'dial' && serverFor(order.address) === null) {
          throw new PhoneError('server-unreachable')
        }
        engine.command(order)
      },
      async leave() {
        engine.leave()
        await Promise.all([drops.allClosed(), client.close()])
      },
    },
    connection: {
      state: client.state,
      retry: client.retry,
      onChange: client.onChange,
      connect(url, channelBinding) {
        ownServer = url
        client.connect(url, channelBinding)
      },
    },
  }
}

/** The connections of calls. A call closes its own once its goodbye has left, which is what quitting waits for. */
function createOpenDrops() {
  const open = new Set<Drop>()
  let told: (() => void)[] = []
  return {
    keep(drop: Drop): Drop {
      open.add(drop)
      return {
        ...drop,
        close() {
          drop.close()
          open.delete(drop)
          if (open.size > 0) return
          for (const tell of told) tell()
          told = []
        },
      }
    },
    allClosed: () =>
      open.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => void told.push(resolve)),
  }
}
