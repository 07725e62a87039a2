// The facts of a demo call as a page of text for a person.
import { failures, type DemoFacts } from './facts.ts'

const line = (label: string, value: string) => `  ${label.padEnd(26)}${value}`
const yes = (holds: boolean) => (holds ? 'yes' : 'NO')

export function report(facts: DemoFacts): string {
  const { audio, video, sas, timing, wire } = facts
  const missing = failures(facts)
  return [
    '',
    'Alice called Bob.',
    line('runs on', `${facts.host}, Chromium ${facts.versions.chromium}, Node ${facts.versions.node}`),
    line('click to ring', `${timing.clickToRingMs} ms`),
    line('answer to sound', `${timing.acceptToAudioMs} ms`),
    line('path', facts.path ?? 'unknown'),
    line('transport', `${facts.dtls.version}, ${facts.dtls.cipher}, ${facts.dtls.srtp}`),
    '',
    'Is it really the two of them?',
    line("code on Alice's screen", sas.alice),
    line("code on Bob's screen", sas.bob),
    line('equal', yes(sas.equal)),
    line('certificates as signed', yes(facts.fingerprints.match)),
    line('link bound', yes(facts.bound)),
    '',
    'Sound and picture',
    line('Alice hears', `${audio.aliceHears.toneHz.toFixed(0)} Hz in ${audio.aliceHears.packets} packets`),
    line('Bob hears', `${audio.bobHears.toneHz.toFixed(0)} Hz in ${audio.bobHears.packets} packets`),
    line('Alice sees', `${video.aliceFrames} pictures`),
    line('Bob sees', `${video.bobFrames} pictures`),
    '',
    'What the server could see',
    line('bytes searched', String(wire.bytes)),
    line("caller's address", wire.containsCallerAddress ? 'FOUND' : 'not there'),
    line('SDP or candidates', wire.containsSdp ? 'FOUND' : 'not there'),
    line("control: callee's address", wire.controlFound ? 'found, as it must be' : 'NOT FOUND'),
    '',
    missing.length ? `FAILED:\n${missing.map((name) => `  - ${name}`).join('\n')}` : 'Everything holds.',
  ].join('\n')
}
