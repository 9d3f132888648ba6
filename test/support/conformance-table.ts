/**
 * docs/conformance.md, made of the claims: `node test/support/conformance-table.ts --write`. The last test of
 * test/e2e/conformance.e2e.ts fails when the page is another, or when a test that it names is gone.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Claim, chapters, type Proof, rowsFile } from './conformance-claims.ts'
import { rows } from './conformance-rows.ts'
import type { Path } from './conformance-stage.ts'

const root = new URL('../../', import.meta.url)
export const page = fileURLToPath(new URL('docs/conformance.md', root))
const paths: readonly Path[] = ['kernel', 'relay']

const proofsOf = (claim: Claim, path: Path): readonly Proof[] => (claim[path] === 'none' ? [] : claim[path])
const isProven = (claim: Claim): boolean => paths.every((path) => claim[path] === 'none' || claim[path].length > 0)
const claims = chapters.flatMap((chapter) => chapter.claims)

/** Whether a file has a test of that name; quotes and all, so that a part of another name is none. */
function hasTest(file: string, name: string): boolean {
  const text = readFileSync(new URL(file, root), 'utf8')
  if (name.endsWith('…')) return text.includes(`\`${name.slice(0, -1)}`)
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${name}${quote}`))
}

/** Proofs that are not there, and rows that nobody names. */
export function disagreements(): readonly string[] {
  const gone = claims.flatMap((claim) =>
    paths.flatMap((path) =>
      proofsOf(claim, path).flatMap(({ file, name }) => {
        if (file === rowsFile) {
          const known = rows.find((row) => row.name === name)
          return known?.paths.includes(path) ? [] : [`no row on the ${path} path: ${name}`]
        }
        return hasTest(file, name) ? [] : [`no test in ${file}: ${name}`]
      }),
    ),
  )
  const unnamed = rows.flatMap((row) =>
    row.paths.flatMap((path) => {
      const isNamed = claims.some((claim) =>
        proofsOf(claim, path).some(({ file, name }) => file === rowsFile && name === row.name),
      )
      return isNamed ? [] : [`no claim names the row on the ${path} path: ${row.name}`]
    }),
  )
  return [...gone, ...unnamed]
}

function cell(claim: Claim, path: Path): string {
  if (claim[path] === 'none') return '–'
  if (claim[path].length === 0) return '**not proven**'
  return claim[path]
    .map(({ file, name }) => {
      const short = file === rowsFile ? 'row' : (file.match(/([^/]+?)(?:\.e2e|\.test)?\.ts$/)?.[1] ?? file)
      return `[${short}](../${file}): ${name.replaceAll('|', '\\|')}`
    })
    .join('<br>')
}

const proven = claims.filter(isProven).length

export const summary = `${claims.length} claims, ${proven} proven on every path that they have, ${claims.length - proven} not`

/** One line per claim, for a terminal. */
export const lines: readonly string[] = chapters.flatMap(({ title, claims: of }) =>
  of.map((claim) => {
    const words = paths.map((path) => {
      if (claim[path] === 'none') return `${path} –`
      return claim[path].length === 0
        ? `${path} NOT PROVEN`
        : `${path} ${claim[path].map(({ name }) => name).join('; ')}`
    })
    return `${title}: ${claim.claim} → ${words.join(' | ')}`
  }),
)

export function render(): string {
  const text = [
    '# Conformance',
    '',
    'What the load balancer and the interface promise, and the test that proves it with packets, on the path that the kernel carries',
    'alone and on the one that the relay has a part in. – means that the path carries no such thing. A claim that nothing proves says so.',
    '',
    `${summary}.`,
    '',
    'Rows are tests of [conformance.e2e.ts](../test/e2e/conformance.e2e.ts). Generated from',
    '[conformance-claims.ts](../test/support/conformance-claims.ts) by `node test/support/conformance-table.ts --write`; the last of those',
    'tests fails when this page is stale or a test that it names is gone.',
  ]
  for (const { title, claims: of } of chapters) {
    text.push('', `## ${title}`, '', '| claim | kernel | relay |', '| --- | --- | --- |')
    for (const claim of of) {
      const note = claim.note === undefined ? '' : `<br>(${claim.note})`
      text.push(`| ${claim.claim}${note} | ${cell(claim, 'kernel')} | ${cell(claim, 'relay')} |`)
    }
  }
  return `${text.join('\n')}\n`
}

if (import.meta.main) {
  if (process.argv[2] === '--write') writeFileSync(page, render())
  for (const each of disagreements()) console.error(each)
  console.log(summary)
}
