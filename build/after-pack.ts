// electron-builder's hook between packing and signing: flips the fuses of the packed binary.
// electron-builder imports it by the path in electron-builder.yml; it must not decide whether fuses are flipped.
import { join } from 'node:path'
import type { AfterPackContext, LinuxPackager } from 'electron-builder'
import { writeFuses } from './fuses.ts'

/** Throws, and so stops the packaging, when a fuse cannot be written. */
export default async function afterPack(context: AfterPackContext): Promise<void> {
  const { appOutDir, electronPlatformName, packager } = context
  // The two halves of a universal app are only merged when they differ in nothing but machine code; the merged app
  // comes through here again.
  if (appOutDir.endsWith('-temp')) return
  const product = packager.appInfo.productFilename
  switch (electronPlatformName) {
    case 'linux':
      return writeFuses(join(appOutDir, (packager as LinuxPackager).executableName), 'linux')
    case 'darwin':
      return writeFuses(join(appOutDir, `${product}.app`), 'darwin')
    case 'win32':
      return writeFuses(join(appOutDir, `${product}.exe`), 'win32')
    default:
      throw new Error(`no fuses are known for the platform ${electronPlatformName}`)
  }
}
