/** One word of a POSIX shell, whatever is in it. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** `export NAME=value`, for `eval` by a POSIX shell. */
export function exportLine(name: string, value: string): string {
  return `export ${name}=${quoteWord(value)}`
}
