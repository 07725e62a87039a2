import { describe, expect, it } from 'vitest'
import { coturnConfig, type CoturnConfig } from './coturn-config.ts'

const plain: CoturnConfig = {
  version: '4.6.1',
  listenIp: '1.2.3.4',
  relayIp: '1.2.3.4',
  port: 3478,
  relayPorts: [49_160, 49_560],
  realm: 'turn.example.org',
  secrets: ['newer', 'older'],
  cli: { port: 5766, password: 'password' },
  folder: '/tmp/relay',
  logFile: 'stdout',
}
/** Options as coturn reads them, without comments. */
const lines = (config: CoturnConfig) =>
  coturnConfig(config)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
const values = (config: CoturnConfig, option: string) =>
  lines(config)
    .filter((line) => line.startsWith(`${option}=`))
    .map((line) => line.slice(option.length + 1))

describe('the configuration of a relay', () => {
  it('fills in what is given, repeats what comes twice, and leaves out the rest', () => {
    expect(values(plain, 'static-auth-secret')).toEqual(['newer', 'older'])
    expect(lines(plain)).toEqual(
      expect.arrayContaining(['listening-ip=1.2.3.4', 'no-tls=1', 'cli-port=5766', 'min-port=49160']),
    )
    for (const option of ['external-ip', 'cert', 'pkey', 'tls-listening-port', 'allowed-peer-ip']) {
      expect([option, values(plain, option)]).toEqual([option, []])
    }
    expect(coturnConfig(plain)).not.toMatch(/\$\{|undefined/)
  })

  it('has TLS when there is a certificate', () => {
    const config = { ...plain, tls: { port: 5349, certFile: '/c.pem', keyFile: '/k.pem' } }
    expect(lines(config)).toEqual(
      expect.arrayContaining(['tls-listening-port=5349', 'cert=/c.pem', 'pkey=/k.pem']),
    )
    expect(values(config, 'no-tls')).toEqual([])
  })

  it('allows the relay itself as a peer, where its address is not a public one, and nobody else', () => {
    const behindNat = { ...plain, relayIp: '10.0.0.5', externalIp: '1.2.3.4' }
    expect(values(behindNat, 'allowed-peer-ip')).toEqual(['10.0.0.5'])
    expect(values(behindNat, 'external-ip')).toEqual(['1.2.3.4/10.0.0.5'])
    expect(values({ ...plain, relayIp: 'fd00::2' }, 'allowed-peer-ip')).toEqual(['fd00::2'])
    expect(values({ ...plain, relayIp: '2600::2' }, 'allowed-peer-ip')).toEqual([])
    expect(values({ ...plain, allowedPeerIps: ['10.9.9.9'] }, 'allowed-peer-ip')).toEqual(['10.9.9.9'])
  })

  it('has room for a side of a call that loses its address again and again before the relay forgets', () => {
    const [quota] = values(plain, 'user-quota').map(Number)
    const [lifetimeS] = values(plain, 'max-allocate-lifetime').map(Number)
    // Each link asks at every address of the relay, and what it leaves behind nobody can give back.
    const [perLink, lostInTenMinutes, links] = [3, 6, 2]
    expect(lifetimeS).toBe(600)
    expect(quota).toBeGreaterThanOrEqual(perLink * (lostInTenMinutes + links))
    expect(values(plain, 'total-quota').map(Number)[0]).toBeGreaterThanOrEqual(50 * (quota ?? Infinity))
  })

  it('gives each coturn only what it knows', () => {
    const known = (version: string) => {
      const all = lines({ ...plain, version })
      return [all.includes('unauthorized-ratelimit'), all.includes('no-tlsv1')]
    }
    for (const version of ['4.5.2', '4.6.1', '4.13.1']) expect(known(version)).toEqual([false, true])
    for (const version of ['4.14.0', '4.17.1', '5.0.0']) expect(known(version)).toEqual([true, false])
  })

  it('denies by no range that begins with zeros of IPv6: coturn would take it for all of IPv4', () => {
    expect(values(plain, 'denied-peer-ip').length).toBeGreaterThan(20)
    expect(values(plain, 'denied-peer-ip').filter((range) => range.startsWith('::-'))).toEqual([])
  })

  it.each(['two\nlines', 'a space', 'a#comment', ''])('takes nothing for a secret that is %j', (secret) => {
    expect(() => coturnConfig({ ...plain, secrets: [secret] })).toThrow(/characters/)
  })
})
