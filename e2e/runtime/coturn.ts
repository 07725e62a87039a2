// What a test of a relay needs on this computer: the program, and an address that is not loopback.
import { networkInterfaces } from 'node:os'
import { installedCoturn } from '../../signaling-server/turn/local-coturn.ts'
import { installPackages } from './debian.ts'

/** Throws with what to do where it cannot be installed. */
export async function installCoturn(): Promise<void> {
  if ((await installedCoturn()) === null) await installPackages(['coturn'], console.log)
  if ((await installedCoturn()) === null) throw new Error('coturn is needed: `sudo apt-get install coturn`')
}

/** Of this computer, IPv4, and not loopback: what is shipped refuses that. Throws where there is none. */
export function ownIp(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')
  if (!found) throw new Error('this computer has no network address')
  return found.address
}
