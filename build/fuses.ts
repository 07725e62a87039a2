// The fuse wire of every shipped Earshot: which of Electron's built-in powers are taken away before signing.
// It must not know how or when an app is packed.
import { FuseState, FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses'
import type { FuseV1Config } from '@electron/fuses'

type Platform = 'darwin' | 'linux' | 'win32'

/**
 * SECURITY: every fuse is set by name and `strictlyRequireAllFuses` refuses an Electron that has one more, so no
 * upgrade brings a power that nobody decided about.
 */
export function fuseConfig(platform: Platform): FuseV1Config {
  return {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    // Changing the binary breaks the ad-hoc signature of macOS; an unsigned build would not start on Apple silicon.
    resetAdHocDarwinSignature: platform === 'darwin',
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    // Electron has no asar integrity on Linux.
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: platform !== 'linux',
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    [FuseV1Options.WasmTrapHandlers]: true,
  }
}

/** Writes the wire into an Electron binary. Throws on a binary without a wire or with an unknown fuse. */
export async function writeFuses(binary: string, platform: Platform): Promise<void> {
  await flipFuses(binary, fuseConfig(platform))
}

/** Names of the fuses in which a packed binary differs from what this file asks for; empty means it is as promised. */
export async function wrongFuses(binary: string, platform: Platform): Promise<string[]> {
  const found = await getCurrentFuseWire(binary)
  const asked = fuseConfig(platform)
  const fuses = Object.values(FuseV1Options).filter((fuse) => typeof fuse === 'number')
  return fuses
    .filter((fuse) => found[fuse] !== (asked[fuse] ? FuseState.ENABLE : FuseState.DISABLE))
    .map((fuse) => FuseV1Options[fuse])
}
