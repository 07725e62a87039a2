// The command and the app together, where TLS ends in the server: what the person who runs it is told, and what happens
// to somebody who does not tick the box.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { newCertificate } from '../signaling-server/test-certificate.ts'
import { passphrase, projectRoot, startPhone } from './phone.ts'

test('sp1 S3 a person logs in at a server that ends TLS itself once the box is ticked, and is told so before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-tls-'))
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const made = await newCertificate()
  writeFileSync(files.cert, made.cert)
  writeFileSync(files.key, made.key, { mode: 0o600 })
  const cli = join(projectRoot, 'signaling-server/cli.ts')
  const args = [cli, '--port', '0', '--tls-cert', files.cert, '--tls-key', files.key]
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const phone = await startPhone({ name: 'Dora', env: { NODE_EXTRA_CA_CERTS: files.cert } })
  try {
    let told = ''
    server.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
    while (!told.includes('Advanced')) await once(server.stdout, 'data')
    const [url = ''] = told.split('\n')
    expect(url).toMatch(/^https:/)

    const { byId, page } = phone
    await byId('first-run-name').fill('Dora')
    await byId('first-run-next').click()
    await byId('passphrase').fill(passphrase)
    await byId('passphrase-repeat').fill(passphrase)
    await byId('first-run-next').click()
    await byId('server-url').fill(url)
    await byId('use-server').click()
    await expect(page.getByRole('alert')).toContainText('only logins that are tied to the connection')
    // The place that the sentence names is open by now.
    await byId('server-ends-tls').check()
    await byId('use-server').click()
    await expect(byId('server-state')).toHaveAttribute('data-state', 'online')
    expect(phone.problems).toEqual([])
  } finally {
    await phone.close()
    server.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
})
