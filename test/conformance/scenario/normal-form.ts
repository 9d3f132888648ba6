/**
 * Answers of different clients about different resources, made comparable: what AWS invents (ids, hashes, times) is
 * replaced by what it is and when it was first seen, and what the clients spell differently (absent and empty, dates)
 * is spelt one way.
 */
export class NormalForm {
  readonly #seen = new Map<string, string>()
  readonly #known: readonly (readonly [name: string, text: string])[]
  readonly #counts = new Map<string, number>()

  /** @param known name → a text that stands for it, such as an account's id */
  constructor(known: Readonly<Record<string, string>>) {
    this.#known = Object.entries(known)
  }

  of(value: unknown, key = ''): unknown {
    if (value instanceof Date) return '<time>'
    if (typeof value === 'string') return this.#text(value, key)
    if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => this.of(item, key))
    if (typeof value !== 'object' || value === null) return value ?? undefined
    const members = Object.keys(value)
      .sort()
      .map((name) => [name, this.of((value as Readonly<Record<string, unknown>>)[name], name)] as const)
      .filter(([name, member]) => member !== undefined && !invented.has(name))
    return members.length === 0 ? undefined : Object.fromEntries(members)
  }

  #text(text: string, key: string): string {
    if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/.test(text)) return '<time>'
    if (key === 'MacAddress' || key === 'UserId') return `<${key}>`
    return this.#known
      .reduce((result, [name, known]) => result.replaceAll(known, `<${name}>`), text)
      .replaceAll(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, '<mac>')
      .replaceAll(/\b((?:[a-z]+-)+)[0-9a-f]{17}(?![0-9a-f])/g, (id, prefix) => this.#name(prefix.slice(0, -1), id))
      .replaceAll(/(<vpce-\d+>)-[a-z0-9]{8}(?=[.-])/g, '$1-<suffix>')
      .replaceAll(/(?<=[/-])[0-9a-f]{16}\b/g, (hash) => this.#name('hash', hash))
  }

  #name(what: string, id: string): string {
    const before = this.#seen.get(id)
    if (before !== undefined) return before
    const count = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, count)
    const name = `<${what}-${count}>`
    this.#seen.set(id, name)
    return name
  }
}

/** Members whose value the client makes up, or that count requests. */
const invented: ReadonlySet<string> = new Set(['ClientToken', 'RequestId'])
