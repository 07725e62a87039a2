// Fingerprints of DTLS certificates, in the one form that is signed and compared (SP1 section 4).

/** `sha-256 AA:BB…` of my certificate, as the certificate itself says. Throws where it has no SHA-256. */
export function ownFingerprint(certificate: RTCCertificate): string {
  const found = certificate.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')
  if (!found?.value) throw new Error('a certificate without a SHA-256 fingerprint')
  return asFingerprint(found.value)
}

/** `sha-256 AA:BB…` of a certificate in DER. */
export async function fingerprintOfCertificate(der: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der))
  return asFingerprint([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(':'))
}

export const asFingerprint = (digits: string): string => `sha-256 ${digits.toUpperCase()}`
