/** A response head longer than this is not waited for. */
const maxHeadBytes = 16_384

/**
 * Reads the status of an HTTP/1.x response from its first octets, in whatever pieces they come.
 *
 * Only the status line is needed of a health check's answer, so headers and body are not parsed. Interim answers
 * (100, 102, 103; RFC 9110, 15.2) are passed over; 101 is final, and no matcher holds it.
 *
 * @returns a function that takes the next octets and says what is known: the code, that more is needed, or that this
 *          is not HTTP/1.x
 */
export function createStatusReader(): (chunk: Buffer) => number | 'more' | 'malformed' {
  let text = ''
  return (chunk) => {
    text += chunk.toString('latin1')
    for (;;) {
      const lineEnd = text.indexOf('\n')
      if (!beginsLikeHttp(text)) return 'malformed'
      if (lineEnd < 0) return text.length < maxHeadBytes ? 'more' : 'malformed'
      const match = /^HTTP\/1\.\d (\d{3})(?: [^\n]*)?\r?$/.exec(text.slice(0, lineEnd))
      if (!match) return 'malformed'
      const code = Number(match[1])
      if (code < 100 || code > 599) return 'malformed'
      if (code >= 200 || code === 101) return code
      const headEnd = /\r?\n\r?\n/.exec(text)
      if (!headEnd) return text.length < maxHeadBytes ? 'more' : 'malformed'
      text = text.slice(headEnd.index + headEnd[0].length)
    }
  }
}

/** A server that speaks another protocol first is told by its first octets, not by the timeout. */
function beginsLikeHttp(text: string): boolean {
  const start = 'HTTP/1.'
  return text.length < start.length ? start.startsWith(text) : text.startsWith(start)
}
