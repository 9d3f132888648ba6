/**
 * One JSON value per line, UTF-8. JSON escapes line breaks in strings, so a line feed is always an end.
 *
 * A line is bounded: a peer that never ends one must not fill the memory. The bound is far above what is sent: large
 * snapshots come in parts (`server.ts`).
 */
export const maxLineBytes = 16 * 1024 * 1024

const lineFeed = 0x0a

export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError'
}

export function encodeLine(message: object): string {
  return `${JSON.stringify(message)}\n`
}

/** Puts lines together from chunks as they come from a socket: split anywhere, several at once. */
export class LineDecoder {
  readonly #maxBytes: number
  /** What has come of an unfinished line: joined once, at its end, so a long line costs its length. */
  #parts: Buffer[] = []
  #length = 0

  constructor(maxBytes = maxLineBytes) {
    this.#maxBytes = maxBytes
  }

  /**
   * The values of the lines that this chunk completes.
   * @throws LineTooLongError, SyntaxError: the stream is then of no more use
   */
  push(chunk: Buffer): unknown[] {
    const values: unknown[] = []
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end))
      const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)
      values.push(JSON.parse(String(line)))
      this.#parts = []
      this.#length = 0
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
    return values
  }

  #keep(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#maxBytes) throw new LineTooLongError(`a line is longer than ${this.#maxBytes} bytes`)
    this.#parts.push(part)
  }
}
