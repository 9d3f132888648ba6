/**
 * Values to AWS's XML, by codec.
 *
 * Strings are concatenated, not collected: V8 joins them once at the end, which measured fastest for the largest
 * answers (thousands of endpoints). A value of another type than the schema's is a handler's fault and throws, so that
 * `[object Object]` is never sent.
 */
import assert from 'node:assert/strict'
import type { Codec, StructCodec } from './schema.ts'
import { formatTimestamp } from './timestamp.ts'

/** The members, without a tag around them. Absent ones (undefined, null) are left out. */
export function encodeXmlMembers(codec: StructCodec, value: object): string {
  const record = value as Readonly<Record<string, unknown>>
  let xml = ''
  for (const member of codec.members) {
    const memberValue = record[member.name]
    if (memberValue !== undefined && memberValue !== null) {
      xml += member.open + encodeXmlValue(member.codec, memberValue, member.name) + member.close
    }
  }
  return xml
}

function encodeXmlValue(codec: Codec, value: unknown, name: string): string {
  switch (codec.kind) {
    case 'string':
      return typeof value === 'string' ? escapeXml(value) : mismatch(codec, value, name)
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? String(value) : mismatch(codec, value, name)
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : mismatch(codec, value, name)
    case 'timestamp':
      return value instanceof Date ? formatTimestamp(value, codec.format) : mismatch(codec, value, name)
    case 'blob':
      return value instanceof Uint8Array ? base64(value) : mismatch(codec, value, name)
    case 'list': {
      if (!Array.isArray(value)) return mismatch(codec, value, name)
      let xml = ''
      for (const item of value) xml += codec.open + encodeXmlValue(codec.item, item, name) + codec.close
      return xml
    }
    case 'map': {
      if (typeof value !== 'object' || value === null) return mismatch(codec, value, name)
      let xml = ''
      for (const [key, item] of Object.entries(value)) {
        if (item === undefined || item === null) continue
        xml += `<entry><${codec.keyName}>${escapeXml(key)}</${codec.keyName}>`
        xml += `<${codec.valueName}>${encodeXmlValue(codec.value, item, name)}</${codec.valueName}></entry>`
      }
      return xml
    }
    case 'struct':
      return typeof value === 'object' && value !== null ? encodeXmlMembers(codec, value) : mismatch(codec, value, name)
  }
}

function mismatch(codec: Codec, value: unknown, name: string): never {
  return assert.fail(`answer member ${name} should be a ${codec.kind}, the handler gave a ${typeof value}`)
}

/** What needs care: markup, carriage returns (parsers would fold them), surrogates (maybe lone), and what XML forbids. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 cannot carry
const NEEDS_CARE = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const SPECIAL = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/**
 * Text for between two tags.
 *
 * XML 1.0 has no way to write U+0000 to U+001F but for tab, newline and carriage return, not even escaped: a parser
 * rejects the whole document. They become U+FFFD, as do lone surrogates.
 */
export function escapeXml(text: string): string {
  if (!NEEDS_CARE.test(text)) return text
  return text.toWellFormed().replace(SPECIAL, (character) => {
    switch (character) {
      case '&':
        return '&amp;'
      case '<':
        return '&lt;'
      case '>':
        return '&gt;'
      case '"':
        return '&quot;'
      case '\r':
        return '&#xD;'
      default:
        return '\ufffd'
    }
  })
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
