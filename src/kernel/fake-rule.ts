/**
 * One nft rule on one packet, in memory: the subset that plan/ writes, and an error for everything else.
 *
 * It follows nft(8): matches are and-ed from left to right, a look-up that finds nothing ends the rule, `dnat`, `snat`
 * and verdicts end the chain. jhash is a stand-in: the kernel's value depends on its registers, so which of several
 * targets a connection gets is not predicted, only that it is one of them.
 */
import { cidrHasAddress, parseCidr } from '../net/cidr.ts'
import { parseIpv4 } from '../net/ip.ts'
import { fingerprintOf } from '../plan/keys.ts'

/** The first packet of a connection, inside one namespace. Ports are 0 where the protocol has none. */
export interface FakePacket {
  readonly protocol: string
  saddr: string
  sport: number
  daddr: string
  dport: number
  readonly iifname: string
  /** Known after routing; empty in prerouting. */
  oifname: string
  readonly original: { readonly daddr: string; readonly dport: number }
  isDnatted: boolean
  mark: number
  readonly icmp?: { readonly type: number; readonly code: number }
}

/** What rules look things up in. */
export interface FakeTables {
  /** Set or map name → element → value (empty for sets). undefined: no such set. */
  set(name: string): ReadonlyMap<string, string> | undefined
}

export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'return' }
  | { readonly kind: 'goto' | 'jump'; readonly chain: string }

export interface RuleResult {
  /** undefined: go on with the next rule. */
  readonly verdict?: Verdict
  /** The last named counter that the packet passed in this rule. */
  readonly counter?: string
}

class Unmatched extends Error {}

const mismatch = (): never => {
  throw new Unmatched()
}

/** Evaluates one rule. Throws TypeError on a statement that it does not know. */
export function evaluateRule(rule: string, packet: FakePacket, tables: FakeTables): RuleResult {
  const evaluation = new Evaluation(rule, packet, tables)
  try {
    return evaluation.run()
  } catch (error) {
    if (error instanceof Unmatched) return {}
    throw error
  }
}

export const parseVerdict = (text: string): Verdict => {
  const [word = '', chain = ''] = text.split(' ')
  if (word === 'goto' || word === 'jump') return { kind: word, chain }
  if (word === 'accept' || word === 'drop' || word === 'return') return { kind: word }
  throw new TypeError(`not a verdict: ${text}`)
}

const selectorWords = new Set(['iifname', 'oifname', 'ip', 'tcp', 'udp', 'th', 'meta', 'ct', 'icmp', 'jhash'])

class Evaluation {
  readonly #rule: string
  readonly #tokens: readonly string[]
  readonly #packet: FakePacket
  readonly #tables: FakeTables
  #at = 0
  #counter: string | undefined

  constructor(rule: string, packet: FakePacket, tables: FakeTables) {
    this.#rule = rule
    this.#tokens = rule.match(/"[^"]*"|[{}(),|&]|[^\s{}(),|&]+/g) ?? []
    this.#packet = packet
    this.#tables = tables
  }

  run(): RuleResult {
    while (this.#at < this.#tokens.length) {
      const verdict = this.#statement()
      if (verdict) return this.#counter === undefined ? { verdict } : { verdict, counter: this.#counter }
    }
    return {}
  }

  #statement(): Verdict | undefined {
    const word = this.#peek()
    switch (word) {
      case 'counter':
        this.#expect('counter', 'name')
        this.#counter = this.#next()
        return undefined
      case 'accept':
      case 'drop':
      case 'return':
        return { kind: this.#next() as 'accept' | 'drop' | 'return' }
      case 'goto':
      case 'jump':
        this.#next()
        return { kind: word, chain: this.#next() }
      case 'continue':
        this.#next()
        return undefined
      case 'reject':
        this.#expect('reject', 'with', 'tcp', 'reset')
        return { kind: 'reject' }
      case 'dnat':
      case 'snat':
        return this.#nat(word)
    }
    if (this.#take('ct', 'mark', 'set')) {
      this.#packet.mark = Number(this.#peek() === 'jhash' ? this.#mapped() : this.#next())
      return undefined
    }
    if (this.#take('ct', 'timeout', 'set')) {
      this.#next()
      return undefined
    }
    // The packet is always the first of its connection.
    if (this.#take('ct', 'direction', 'reply')) return mismatch()
    if (this.#take('tcp', 'option', 'maxseg', 'size', 'set')) {
      this.#next()
      return undefined
    }
    if (this.#take('tcp', 'flags')) return this.#tcpFlags()
    if (this.#take('@th', ',', '104', ',', '8')) return this.#flagsByte()
    if (this.#take('ct', 'state')) return this.#connectionState()
    if (this.#take('ct', 'status')) return this.#connectionStatus()
    if (word !== undefined && selectorWords.has(word)) return this.#match()
    throw this.#unknown()
  }

  #nat(kind: 'dnat' | 'snat'): Verdict {
    this.#expect(kind, 'ip', 'to')
    const word = this.#peek() ?? ''
    const text = selectorWords.has(word) ? this.#mapped() : this.#next()
    const [address = '', port] = text.split(/ \. |:/)
    if (kind === 'dnat') {
      this.#packet.daddr = address
      if (port !== undefined) this.#packet.dport = Number(port)
      this.#packet.isDnatted = true
    } else {
      this.#packet.saddr = address
      if (port !== undefined) this.#packet.sport = Number(port)
    }
    return { kind: 'accept' }
  }

  /** `SELECTOR . SELECTOR map @m`, or with the map written out. */
  #mapped(): string {
    const key = this.#selectors()
    this.#expect('map')
    return this.#lookUp(key) ?? mismatch()
  }

  #match(): Verdict | undefined {
    const value = this.#selectors()
    if (this.#take('vmap')) return parseVerdict(this.#lookUp(value) ?? mismatch())
    const isNegated = this.#take('!=')
    if (!isNegated) this.#take('==')
    if (this.#matchesValue(value) === isNegated) mismatch()
    return undefined
  }

  /** A named or written-out map. */
  #lookUp(key: string): string | undefined {
    const word = this.#next()
    if (word.startsWith('@')) return this.#entry(this.#set(word), key)
    if (word !== '{') throw this.#unknown()
    const entries = this.#until('}').split(' , ')
    const pairs = entries.map((entry) => entry.split(' : ') as [string, string])
    return pairs.find(([entryKey]) => isWithin(key, entryKey))?.[1]
  }

  /** By the key itself, or by the block that holds it. */
  #entry(elements: ReadonlyMap<string, string>, key: string): string | undefined {
    return elements.get(key) ?? [...elements].find(([element]) => element.includes('/') && isWithin(key, element))?.[1]
  }

  #matchesValue(value: string): boolean {
    const word = this.#next()
    if (word.startsWith('@')) return this.#isIn(this.#set(word), value)
    if (word === '{')
      return this.#until('}')
        .split(' , ')
        .some((each) => isWithin(value, each))
    return isWithin(value, word.replaceAll('"', ''))
  }

  #isIn(elements: ReadonlyMap<string, string>, value: string): boolean {
    return (
      elements.has(value) || [...elements.keys()].some((element) => /[/-]/.test(element) && isWithin(value, element))
    )
  }

  #set(word: string): ReadonlyMap<string, string> {
    const elements = this.#tables.set(word.slice(1))
    if (!elements) throw new TypeError(`no such set: ${word} in rule: ${this.#rule}`)
    return elements
  }

  /** One selector, or several joined by dots, as the text of a map's key. */
  #selectors(): string {
    const values = [this.#selector()]
    while (this.#take('.')) values.push(this.#selector())
    return values.join(' . ')
  }

  #selector(): string {
    const p = this.#packet
    const word = this.#next()
    if (word === 'iifname') return p.iifname
    if (word === 'oifname') return p.oifname
    if (word === 'jhash') return this.#hash()
    if (word === 'ct') {
      if (this.#take('mark')) return String(p.mark)
      if (this.#take('original', 'ip', 'daddr')) return p.original.daddr
      if (this.#take('original', 'proto-dst')) return String(p.original.dport)
      throw this.#unknown()
    }
    const field = this.#next()
    switch (`${word} ${field}`) {
      case 'ip saddr':
        return p.saddr
      case 'ip daddr':
        return p.daddr
      case 'meta l4proto':
        return p.protocol
      case 'icmp type':
        return String(p.icmp?.type ?? mismatch())
      case 'icmp code':
        return String(p.icmp?.code ?? mismatch())
      case 'th sport':
      case 'th dport':
        if (p.protocol !== 'tcp' && p.protocol !== 'udp') mismatch()
        break
      case 'tcp sport':
      case 'tcp dport':
      case 'udp sport':
      case 'udp dport':
        if (p.protocol !== word) mismatch()
        break
      default:
        throw this.#unknown()
    }
    return String(field === 'sport' ? p.sport : p.dport)
  }

  #hash(): string {
    const input = this.#selectors()
    this.#expect('mod')
    const modulus = Number(this.#next())
    const seed = this.#take('seed') ? this.#next() : ''
    return String(Number.parseInt(fingerprintOf(`${seed}|${input}`).slice(-8), 16) % modulus)
  }

  /** `tcp flags & (syn | rst) == syn`: true of the SYN that opens a connection, which is the packet we are. */
  #tcpFlags(): undefined {
    this.#expect('&', '(', 'syn', '|', 'rst', ')')
    const isNegated = this.#take('!=')
    if (!isNegated) this.#expect('==')
    this.#expect('syn')
    if (this.#packet.protocol !== 'tcp' || isNegated) mismatch()
    return undefined
  }

  /** `@th,104,8 & 0x02 == 0x00`: the byte of the TCP flags, without SYN. Of another protocol it says nothing. */
  #flagsByte(): undefined {
    this.#expect('&', '0x02', '==', '0x00')
    if (this.#packet.protocol === 'tcp') mismatch()
    return undefined
  }

  /** The packet is always the first of its connection. */
  #connectionState(): undefined {
    const states = this.#take('{') ? this.#until('}').split(' , ') : [this.#next()]
    while (this.#take(',')) states.push(this.#next())
    if (!states.includes('new')) mismatch()
    return undefined
  }

  #connectionStatus(): undefined {
    if (this.#take('dnat')) {
      if (!this.#packet.isDnatted) mismatch()
    } else {
      this.#expect('&', 'dnat', '==', '0')
      if (this.#packet.isDnatted) mismatch()
    }
    return undefined
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at]
  }

  #next(): string {
    const token = this.#tokens[this.#at++]
    if (token === undefined) throw this.#unknown()
    return token
  }

  #take(...words: string[]): boolean {
    if (!words.every((word, i) => this.#tokens[this.#at + i] === word)) return false
    this.#at += words.length
    return true
  }

  #expect(...words: string[]): void {
    if (!this.#take(...words)) throw this.#unknown()
  }

  /** The tokens before a closing one, joined by blanks. */
  #until(end: string): string {
    const start = this.#at
    while (this.#next() !== end);
    return this.#tokens.slice(start, this.#at - 1).join(' ')
  }

  #unknown(): TypeError {
    const rest = this.#tokens.slice(Math.max(0, this.#at - 1)).join(' ')
    return new TypeError(`the fake kernel does not understand «${rest}» in the rule: ${this.#rule}`)
  }
}

/** Whether a value is, or lies in, what stands in a set: an address, a block, a range of ports or addresses, a beginning of names. */
function isWithin(value: string, element: string): boolean {
  if (value === element) return true
  if (element.endsWith('*')) return value.startsWith(element.slice(0, -1))
  if (/^0x/.test(element)) return Number(value) === Number(element)
  const cidr = element.includes('/') ? parseCidr(element) : undefined
  if (cidr) return cidrHasAddress(cidr, parseIpv4(value) ?? -1)
  const range = /^([\d.]+)-([\d.]+)$/.exec(element)
  if (!range) return false
  const number = (text: string | undefined): number => parseIpv4(text ?? '') ?? Number(text)
  return number(value) >= number(range[1]) && number(value) <= number(range[2])
}
