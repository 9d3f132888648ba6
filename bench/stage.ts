/**
 * What a benchmark makes on this machine, and its removal.
 *
 * Whatever is made is put down here first, and is removed in the opposite order when the run ends: by itself, by an
 * error, by Ctrl-C. Processes are started straight inside a namespace by nsenter(1), which becomes the command, so their
 * pid is the command's.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const path = `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`

export interface Output {
  readonly stdout: string
  readonly stderr: string
}

export class Stage {
  /** Files of this run. */
  readonly directory: string
  /** Part of every name that this run makes on the host. */
  readonly tag = randomBytes(3).toString('hex')
  readonly #undo: (() => Promise<void> | void)[] = []
  readonly #children = new Set<ChildProcess>()
  #closing: Promise<void> | undefined

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'underpass-bench-'))
    this.later(() => rmSync(this.directory, { recursive: true, force: true }))
  }

  /** Runs at the end, before everything that was put down earlier. */
  later(undo: () => Promise<void> | void): void {
    if (this.#closing) throw new Error('the benchmark is being ended')
    this.#undo.push(undo)
  }

  /** Starts a command that serves; the end of the run ends it. What it says is read and thrown away. */
  serve(netns: string, argv: readonly string[]): void {
    const child = this.start(netns, argv)
    // Unread, the pipe would be full one day, and the server would wait for ever.
    child.stdout?.resume()
    child.stderr?.resume()
  }

  /** Starts a command that stays; the end of the run ends it. Whoever calls reads its output. */
  start(netns: string | undefined, argv: readonly string[]): ChildProcess {
    if (this.#closing) throw new Error('the benchmark is being ended')
    const [command = '', ...rest] = netns === undefined ? argv : ['nsenter', `--net=/run/netns/${netns}`, '--', ...argv]
    const child = spawn(command, rest, {
      cwd: this.directory,
      env: { ...process.env, PATH: path, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    this.#children.add(child)
    child.once('close', () => this.#children.delete(child))
    return child
  }

  /** Runs a command to its end and gives what it printed; one that fails or takes too long is an error. */
  run(netns: string | undefined, argv: readonly string[], { input = '', withinMs = 60_000 } = {}): Promise<Output> {
    const child = this.start(netns, argv)
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
    return new Promise((resolve, reject) => {
      let stdout = ''
      let stderr = ''
      child.stdout?.on('data', (chunk) => {
        stdout += chunk
      })
      child.stderr?.on('data', (chunk) => {
        stderr += chunk
      })
      child.once('error', reject)
      child.once('close', (code, signal) => {
        clearTimeout(timer)
        if (code === 0) resolve({ stdout, stderr })
        else reject(new Error(`${argv.join(' ')} ended with ${signal ?? code}: ${stderr.trim() || stdout.trim()}`))
      })
      child.stdin?.on('error', () => {})
      child.stdin?.end(input)
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#removeAll()
    return this.#closing
  }

  async #removeAll(): Promise<void> {
    const gone = [...this.#children].map(
      (child) => new Promise<void>((resolve) => child.once('close', () => resolve())),
    )
    // SIGTERM first: nginx and haproxy have workers that would outlive a killed master.
    for (const child of this.#children) child.kill('SIGTERM')
    const killer = setTimeout(() => {
      for (const child of this.#children) child.kill('SIGKILL')
    }, 2_000)
    await Promise.all(gone)
    clearTimeout(killer)
    for (const undo of this.#undo.reverse()) {
      try {
        await undo()
      } catch (error) {
        console.error(`could not clean up: ${(error as Error).message}`)
      }
    }
  }
}
