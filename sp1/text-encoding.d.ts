// The two globals that every JavaScript host of this protocol has and that TypeScript's ES library leaves to
// the DOM and to Node. Nothing else of a host may be declared here.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(encoding: 'utf-8', options: { fatal: true; ignoreBOM: true })
  decode(bytes: Uint8Array): string
}
