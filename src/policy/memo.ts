/**
 * A function that remembers what it made of a text.
 *
 * Policies stay the same over millions of requests, and parsing one costs a hundred times what deciding by it does.
 * When `limit` texts are remembered all are forgotten: no order to keep, and the worst a hostile caller can do is to make
 * us work as if nothing were remembered. Texts longer than `maxLength` are made anew each time, which bounds the memory.
 */
export function remember<Made>(limit: number, maxLength: number, make: (text: string) => Made): (text: string) => Made {
  const made = new Map<string, Made>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    const value = make(text)
    if (text.length > maxLength) return value
    if (made.size >= limit) made.clear()
    made.set(text, value)
    return value
  }
}
