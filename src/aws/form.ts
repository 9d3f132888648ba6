/**
 * `Filter.1.Value.2=x` as a tree.
 *
 * Query protocols put the whole input into names with dots. Decoding needs "all children of Filter" many times, so the
 * pairs become a tree in one pass, in time linear in their length whatever they contain.
 */
import { isUtf8 } from 'node:buffer'

/** A name's part, its value, its continuations. A caller may send both `X=1` and `X.1=2`: decoding refuses that. */
export interface FormNode {
  value: string | undefined
  children: Map<string, FormNode> | undefined
}

/** A syntax error in a query string or form body; the text says where. */
export class FormError extends Error {
  override readonly name = 'FormError'
}

/** Deepest input of any AWS operation is about 12 parts; a longer name is an attack on the stack or the heap. */
const MAX_NAME_PARTS = 32

/**
 * Reads query string and form body into one tree; the first value of a repeated name counts (observed on AWS: SES).
 *
 * @throws FormError
 */
export function parseForm(query: string, body: Buffer): FormNode {
  const root: FormNode = { value: undefined, children: new Map() }
  if (query !== '') addPairs(root, query)
  if (body.length > 0) {
    if (!isUtf8(body)) throw new FormError('The request body is not valid UTF-8')
    addPairs(root, body.toString('utf8'))
  }
  return root
}

export function formValue(root: FormNode, name: string): string | undefined {
  return root.children?.get(name)?.value
}

function addPairs(root: FormNode, text: string): void {
  let start = 0
  while (start <= text.length) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    if (end > start) addPair(root, text.slice(start, end))
    start = end + 1
  }
}

function addPair(root: FormNode, pair: string): void {
  const equals = pair.indexOf('=')
  const name = decodeFormText(equals === -1 ? pair : pair.slice(0, equals))
  const value = equals === -1 ? '' : decodeFormText(pair.slice(equals + 1))

  let node = root
  let start = 0
  for (let parts = 1; ; parts += 1) {
    if (parts > MAX_NAME_PARTS) throw new FormError(`The parameter name ${shorten(name)} has too many parts`)
    const dot = name.indexOf('.', start)
    node = child(node, dot === -1 ? name.slice(start) : name.slice(start, dot))
    if (dot === -1) break
    start = dot + 1
  }
  node.value ??= value
}

function child(node: FormNode, part: string): FormNode {
  node.children ??= new Map()
  let next = node.children.get(part)
  if (!next) {
    next = { value: undefined, children: undefined }
    node.children.set(part, next)
  }
  return next
}

/**
 * Percent escapes and `+` to text.
 *
 * @throws FormError for a broken escape or one that is not UTF-8
 */
export function decodeFormText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw new FormError(`Illegal percent escape in ${shorten(text)}`)
  }
}

/** An index is answered as it was sent, but no answer grows with a hostile request. */
export function shorten(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 100).toWellFormed()}...`
}
