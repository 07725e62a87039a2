// Names of everything that crosses between page and main. The preload imports this file and nothing else of ours.

/** Page to main: each is one request with one answer (`Result`). */
export const requestNames = [
  'snapshot',
  'call.command',
  'link.certified',
  'link.prepared',
  'link.signal',
  'link.bind',
  'link.frame',
  'link.measured',
  'link.failed',
  'network.online',
  'frames.tested',
  'devices.report',
  'devices.test',
  'devices.scan',
  'identity.create',
  'identity.unlock',
  'identity.retry',
  'identity.passphrase',
  'identity.renew',
  'identity.erase',
  'backup.save',
  'backup.choose',
  'backup.read',
  'backup.restore',
  'server.use',
  'server.host',
  'server.retry',
  'relay.use',
  'relay.forget',
  'contacts.add',
  'contacts.rename',
  'contacts.remove',
  'contacts.block',
  'contacts.unblock',
  'contacts.read',
  'contacts.succeed',
  'contacts.safety-number',
  'contacts.verify',
  'contacts.unverify',
  'contacts.scan',
  'warnings.dismiss',
  'history.seen',
  'history.remove',
  'history.clear',
  'settings.change',
  'clipboard.write',
  'app.quit',
] as const
export type RequestName = (typeof requestNames)[number]

/** Main to page. */
export const pushNames = [
  'view',
  'link.warm',
  'link.prepare',
  'link.open',
  'link.keys',
  'link.restart',
  'link.signal',
  'link.frame',
  'link.tracks',
  'link.close',
  'show',
] as const
export type PushName = (typeof pushNames)[number]

/** Prefix of the Electron channel that carries a name. */
export const channelPrefix = 'earshot:'
