// The part of WebCrypto (W3C Web Cryptography Level 2) that frames and chat records use: hosts have it as a global, and
// TypeScript's ES library leaves it to the DOM and to Node. Nothing else of a host may be declared here.
interface CryptoKey {
  readonly type: string
  readonly extractable: boolean
}
interface HkdfParams {
  readonly name: 'HKDF'
  readonly hash: string
  readonly salt: Uint8Array
  readonly info: Uint8Array
}
interface AesGcmParams {
  readonly name: 'AES-GCM'
  readonly iv: Uint8Array
  readonly additionalData: Uint8Array
}
interface SubtleCrypto {
  importKey(
    format: 'raw',
    key: Uint8Array,
    algorithm: 'HKDF',
    extractable: false,
    usages: readonly ('deriveBits' | 'deriveKey')[],
  ): Promise<CryptoKey>
  importKey(
    format: 'raw',
    key: Uint8Array,
    algorithm: 'AES-GCM',
    extractable: false,
    usages: readonly ('encrypt' | 'decrypt')[],
  ): Promise<CryptoKey>
  deriveBits(algorithm: HkdfParams, key: CryptoKey, bits: number): Promise<ArrayBuffer>
  deriveKey(
    algorithm: HkdfParams,
    key: CryptoKey,
    derived: { readonly name: 'AES-GCM'; readonly length: number },
    extractable: false,
    usages: readonly ('encrypt' | 'decrypt')[],
  ): Promise<CryptoKey>
  encrypt(algorithm: AesGcmParams, key: CryptoKey, plaintext: Uint8Array): Promise<ArrayBuffer>
  decrypt(algorithm: AesGcmParams, key: CryptoKey, ciphertext: Uint8Array): Promise<ArrayBuffer>
}
declare const crypto: { readonly subtle: SubtleCrypto }
