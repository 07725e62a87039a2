// Cuts a stream into lines, and never holds more of one than a line may have.
export interface LineReader {
  /** Takes what has arrived; false once a line is too long, and for ever after. */
  take(chunk: Buffer): boolean
}

export function createLineReader(maxBytes: number, onLine: (line: string) => void): LineReader {
  let kept: Buffer = Buffer.alloc(0)
  let broken = false
  return {
    take(chunk) {
      let rest = chunk
      while (!broken && rest.length > 0) {
        const end = rest.indexOf(0x0a)
        const piece = end < 0 ? rest : rest.subarray(0, end)
        if (kept.length + piece.length >= maxBytes) {
          broken = true
          kept = Buffer.alloc(0)
          break
        }
        kept = Buffer.concat([kept, piece])
        if (end < 0) break
        const line = kept.toString('utf8')
        kept = Buffer.alloc(0)
        rest = rest.subarray(end + 1)
        onLine(line)
      }
      return !broken
    },
  }
}
