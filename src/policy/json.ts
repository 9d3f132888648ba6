/**
 * JSON as policies need it: every error has its line and column, and a key that occurs twice in one object is refused.
 *
 * JSON.parse does neither: it keeps the last of two equal keys, and V8 names the offset of some errors only. In a policy
 * a lost `Condition` is an open door. Checked against JSON.parse on generated texts.
 */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  /** `line 2, column 17`. */
  readonly where: string
  readonly what: string

  constructor(text: string, offset: number, what: string) {
    const lines = text.slice(0, offset).split('\n')
    const where = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
    super(`${what} (${where})`)
    this.where = where
    this.what = what
  }
}

/** Policies nest six deep. The bound keeps hostile input from the end of the stack. */
const maxDepth = 32

/** Where a value stands in the text: offsets of its first character and behind its last. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

/**
 * @param spans is told where every object stands
 * @throws JsonError
 */
export function parseJson(text: string, spans?: WeakMap<object, JsonSpan>): unknown {
  const reader = new Reader(text, spans)
  const value = reader.value(0)
  reader.skipSpace()
  if (reader.offset < text.length) reader.fail()
  return value
}

class Reader {
  readonly #text: string
  readonly #spans: WeakMap<object, JsonSpan> | undefined
  offset = 0

  constructor(text: string, spans: WeakMap<object, JsonSpan> | undefined) {
    this.#text = text
    this.#spans = spans
  }

  fail(what = 'This policy contains invalid Json', offset = this.offset): never {
    throw new JsonError(this.#text, offset, what)
  }

  skipSpace(): void {
    this.#take(/[ \t\r\n]*/y)
  }

  value(depth: number): unknown {
    if (depth > maxDepth) this.fail('This policy is nested too deeply')
    this.skipSpace()
    const start = this.offset
    if (this.#takeMark('{')) {
      const object = this.#object(depth)
      this.#spans?.set(object, { start, end: this.offset })
      return object
    }
    if (this.#takeMark('[')) return this.#array(depth)
    const scalar = this.#takeString() ?? this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y)
    return scalar === undefined ? this.fail() : JSON.parse(scalar)
  }

  #object(depth: number): Readonly<Record<string, unknown>> {
    const entries = new Map<string, unknown>()
    if (this.#takeMark('}')) return {}
    do {
      this.skipSpace()
      const start = this.offset
      const key = String(JSON.parse(this.#takeString() ?? this.fail()))
      if (entries.has(key)) this.fail(`Duplicate element ${key}`, start)
      if (!this.#takeMark(':')) this.fail()
      entries.set(key, this.value(depth + 1))
    } while (this.#takeMark(','))
    if (!this.#takeMark('}')) this.fail()
    // As JSON.parse does, fromEntries makes an own property even of `__proto__`.
    return Object.fromEntries(entries)
  }

  #array(depth: number): readonly unknown[] {
    const values: unknown[] = []
    if (this.#takeMark(']')) return values
    do values.push(this.value(depth + 1))
    while (this.#takeMark(','))
    if (!this.#takeMark(']')) this.fail()
    return values
  }

  /** Character by character, because a regular expression would recurse over a long string. */
  #takeString(): string | undefined {
    if (this.#text[this.offset] !== '"') return undefined
    const start = this.offset
    this.offset += 1
    for (;;) {
      const character = this.#text[this.offset]
      if (character === undefined || character < ' ') this.fail()
      if (character === '"') break
      if (character !== '\\') this.offset += 1
      else if (!this.#take(/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y)) this.fail()
    }
    this.offset += 1
    return this.#text.slice(start, this.offset)
  }

  #takeMark(mark: string): boolean {
    this.skipSpace()
    if (this.#text[this.offset] !== mark) return false
    this.offset += 1
    return true
  }

  #take(token: RegExp): string | undefined {
    token.lastIndex = this.offset
    const found = token.exec(this.#text)?.[0]
    this.offset += found?.length ?? 0
    return found
  }
}
