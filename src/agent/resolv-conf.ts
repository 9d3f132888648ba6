import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Program } from '../plan/program.ts'

/**
 * The resolv.conf of every instance namespace, as files `DIR/resolv/NETNS`: `underpass exec` mounts one over
 * /etc/resolv.conf of what it starts. A file that is right already is left alone, so a running process that has it
 * mounted sees changes and nothing else.
 */
export class ResolvConfFiles {
  readonly #directory: string
  /** Namespace → text, of the files as they are. */
  #written: Map<string, string> | undefined

  constructor(stateDir: string) {
    this.#directory = join(stateDir, 'resolv')
  }

  update(program: Program): void {
    const wanted = new Map<string, string>()
    // After every cycle: what an instance is made of is looked at, and nothing of the thousands of endpoints.
    for (const [owner, fragment] of program.fragments) {
      if (!owner.startsWith('instance/')) continue
      for (const object of fragment) {
        if (object.kind === 'netns' && object.resolvConf) wanted.set(object.netns, object.resolvConf)
      }
    }
    const written = this.#written ?? this.#read()
    for (const [netns, text] of wanted) {
      if (written.get(netns) !== text) writeFileSync(join(this.#directory, netns), text, { mode: 0o644 })
    }
    for (const netns of written.keys()) {
      if (!wanted.has(netns)) rmSync(join(this.#directory, netns), { force: true })
    }
    this.#written = wanted
  }

  removeAll(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }

  #read(): Map<string, string> {
    mkdirSync(this.#directory, { recursive: true, mode: 0o755 })
    return new Map(
      readdirSync(this.#directory).map((netns) => [netns, readFileSync(join(this.#directory, netns), 'utf8')]),
    )
  }
}
