import { parseJson } from '../../policy/json.ts'

/**
 * The condition keys that a policy asks for, as it writes them: those of its conditions, and those that stand as variables
 * in its resources and values. The document has been checked.
 */
export function contextKeysOf(document: string): readonly string[] {
  const keys = new Map<string, string>()
  const add = (key: string) => {
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key)
  }
  const json = parseJson(document)
  for (const statement of listOf(member(json, 'Statement'))) {
    for (const block of Object.values(objectOf(member(statement, 'Condition')))) {
      for (const [key, values] of Object.entries(objectOf(block))) {
        add(key)
        listOf(values).forEach(addVariables)
      }
    }
    for (const element of ['Resource', 'NotResource']) listOf(member(statement, element)).forEach(addVariables)
  }
  return [...keys.values()]

  /** No part of the expression crosses a `$`, so a text of many open ones costs its length, not its square. */
  function addVariables(value: unknown): void {
    for (const [, key] of String(value).matchAll(/\$\{\s*([A-Za-z][^,\s}$]*)\s*(?:,[^}$]*)?\}/gu)) if (key) add(key)
  }
}

function objectOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {}
}

function member(json: unknown, name: string): unknown {
  return objectOf(json)[name]
}

function listOf(json: unknown): readonly unknown[] {
  if (json === undefined) return []
  return Array.isArray(json) ? json : [json]
}
