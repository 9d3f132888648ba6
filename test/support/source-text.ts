/**
 * TypeScript as the rooms test reads it: without comments, with or without what stands in strings.
 *
 * A scanner of a page, no parser. Where a slash begins a regular expression is told by what stands before it, which is
 * right for this code base and would not be for every one.
 */
export interface SourceText {
  /** Comments are gone, strings are whole. */
  readonly withoutComments: string
  /** Comments are gone, strings, templates and regular expressions are empty or `…`; code in templates stays. */
  readonly codeOnly: string
}

const beforeRegExp = /(^|[=(,:;[!&|?{}+<>~^*%-]|\b(return|typeof|case|in|of|await|yield|throw|new|else|do))\s*$/

export function readSource(text: string): SourceText {
  let withoutComments = ''
  let codeOnly = ''
  let at = 0
  /** For each open `${`: how many braces are open inside it. */
  const templates: number[] = []

  const keep = (part: string) => {
    withoutComments += part
    codeOnly += part
    at += part.length
  }
  const keepLiteral = (part: string, open: string, close: string) => {
    withoutComments += part
    codeOnly += `${open}${part.length > open.length + close.length ? '…' : ''}${close}`
    at += part.length
  }
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? text.slice(at)
  }
  /** From a backtick, or from the brace that ends an expression, to the next expression or the end. */
  const keepTemplate = () => {
    const part = take(/[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y)
    const isOpen = part.endsWith('${')
    keepLiteral(part, part[0] ?? '', isOpen ? '${' : '`')
    if (isOpen) templates.push(0)
  }

  while (at < text.length) {
    const character = text[at] ?? ''
    const next = text[at + 1]
    if (character === '/' && next === '/') at += take(/[^\n]*/y).length
    else if (character === '/' && next === '*') {
      const comment = take(/\/\*[\s\S]*?\*\//y)
      keep(' ')
      // `keep` counted one character; lines are kept, so that a line number is still one.
      at += comment.length - 1
      const lines = comment.replaceAll(/[^\n]/g, '')
      withoutComments += lines
      codeOnly += lines
    } else if (character === "'" || character === '"') {
      keepLiteral(
        take(character === "'" ? /'(?:[^'\\\n]|\\[\s\S])*'/y : /"(?:[^"\\\n]|\\[\s\S])*"/y),
        character,
        character,
      )
    } else if (character === '`') keepTemplate()
    else if (character === '/' && beforeRegExp.test(codeOnly.slice(-40))) {
      keepLiteral(take(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y), '/', '/')
    } else if (character === '{' && templates.length > 0) {
      templates[templates.length - 1] = (templates.at(-1) ?? 0) + 1
      keep(character)
    } else if (character === '}' && templates.at(-1) === 0) {
      templates.pop()
      keepTemplate()
    } else if (character === '}' && templates.length > 0) {
      templates[templates.length - 1] = (templates.at(-1) ?? 0) - 1
      keep(character)
    } else keep(character)
  }
  return { withoutComments, codeOnly }
}

/** One import or re-export. */
export interface Import {
  readonly specifier: string
  /** Erased before the program runs. */
  readonly isTypeOnly: boolean
}

/** @throws Error for an import whose specifier is computed: nobody could check it */
export function importsOf({ withoutComments, codeOnly }: SourceText): readonly Import[] {
  const found: Import[] = []
  for (const [, type, specifier = ''] of withoutComments.matchAll(
    /(?:^|[\n;])[ \t]*(?:import|export)\b(\s+type\b(?!\s+from\b|\s*,))?[^'"`;()=]*?\bfrom\s*['"]([^'"]+)['"]/g,
  )) {
    found.push({ specifier, isTypeOnly: type !== undefined })
  }
  for (const [, specifier = ''] of withoutComments.matchAll(/(?:^|[\n;])[ \t]*import\s*['"]([^'"]+)['"]/g)) {
    found.push({ specifier, isTypeOnly: false })
  }
  for (const [, specifier = ''] of withoutComments.matchAll(/\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ specifier, isTypeOnly: false })
  }
  const computed =
    [...codeOnly.matchAll(/\bimport\s*\(/g)].length - [...codeOnly.matchAll(/\bimport\s*\(\s*['"]…['"]\s*\)/g)].length
  if (computed > 0) throw new Error('an import() of a computed name cannot be checked')
  return found
}
