/** The session in README.md, as it stands there. */
import { readFileSync } from 'node:fs'

const readme = new URL('../../README.md', import.meta.url)

/** The code block whose fence says `bash session`. */
export function readmeSession(): string {
  const blocks = [...readFileSync(readme, 'utf8').matchAll(/^```bash session\n(.*?)^```$/gms)].map(
    ([, text]) => text ?? '',
  )
  const [session, ...others] = blocks
  if (session === undefined || others.length > 0) {
    throw new Error(`README.md has ${blocks.length} code blocks that begin with \`\`\`bash session; one is expected`)
  }
  return session
}
