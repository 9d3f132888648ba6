import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseXML } from '@aws-sdk/xml-builder'
import fc from 'fast-check'
import { escapeXml } from './xml.ts'

for (const { text, xml } of [
  { text: '', xml: '' },
  { text: 'plain', xml: 'plain' },
  { text: '<a href="x">&</a>', xml: '&lt;a href="x"&gt;&amp;&lt;/a&gt;' },
  { text: ']]>', xml: ']]&gt;' },
  { text: 'a\r\nb\tc', xml: 'a&#xD;\nb\tc' },
  { text: 'a\u0000b\u0008c\u000bd\u001fe', xml: 'a\ufffdb\ufffdc\ufffdd\ufffde' },
  { text: '\ufffe\uffff', xml: '\ufffd\ufffd' },
  { text: 'lone \ud800 half', xml: 'lone \ufffd half' },
  { text: 'pair 🚀', xml: 'pair 🚀' },
]) {
  test(`${JSON.stringify(text)} in XML`, () => assert.equal(escapeXml(text), xml))
}

// Not fast-check's own 'binary' strings: their table of all code points takes most of a second to build.
const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))

test('a parser gets back every text that XML can carry, and a document in any case', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseXML(`<r><t>x${escapeXml(text)}</t></r>`) as { r: { t: string } }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML cannot carry
      const carried = text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      assert.equal(parsed.r.t, `x${carried}`)
    }),
    { seed: 11 },
  )
})
