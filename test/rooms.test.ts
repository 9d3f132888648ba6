import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { importsOf, readSource } from './support/source-text.ts'

/**
 * The walls of the house (docs/architecture.md): who may import whom, and what a pure room may touch.
 *
 * An arrow allows what lies beyond it too. Every ban has its reason, which is what a failing test prints: a wall that
 * nobody can explain is taken down at the first inconvenience.
 */
interface Room {
  readonly sees: readonly string[]
  /** Rooms whose types it may name: such an import is erased before the program runs. */
  readonly namesTypesOf?: readonly string[]
  /** Touches no clock, randomness, environment, file, socket or process. */
  readonly isPure?: true
  /** Why it sees no more. */
  readonly because: string
}

const rooms: Readonly<Record<string, Room>> = {
  net: { sees: [], isPure: true, because: 'addresses are arithmetic, and everything else stands on them' },
  resource: {
    sees: ['net'],
    isPure: true,
    because: 'the nouns are what all rooms talk about, so they depend on nobody who talks',
  },
  policy: {
    sees: ['net'],
    isPure: true,
    because: 'the policy language is the same for any resource: what a decision is about reaches it as a value',
  },
  state: { sees: ['resource', 'policy'], because: 'the memory keeps what it is given and decides nothing' },
  aws: { sees: [], because: 'a protocol is not a business: it speaks AWS and knows none of our nouns' },
  api: {
    sees: ['state', 'aws'],
    because: 'an operation records a wish and answers; who makes it true, and how, must not matter to it',
  },
  plan: {
    sees: ['resource'],
    isPure: true,
    because: 'thinking is done on a Snapshot that is handed in, so it can be tested and repeated without a host',
  },
  kernel: {
    sees: ['plan'],
    // What a host can do is found out here and sent as it is.
    namesTypesOf: ['link'],
    because: 'the hands run a Program and report; they do not know who wished for it',
  },
  link: { sees: ['resource'], because: 'what two processes say to each other must not depend on how either works' },
  relay: { sees: ['plan'], because: 'it is told what to do by values from plan, and reports what it saw' },
  dns: { sees: ['plan'], because: 'it is told what to do by values from plan, and reports what it saw' },
  health: { sees: ['plan'], because: 'it is told what to do by values from plan, and reports what it saw' },
  telemetry: { sees: ['plan'], because: 'it is told what to do by values from plan, and reports what it saw' },
  control: {
    // plan and dns: `explain` is their pure thinking, asked of the state.
    sees: ['api', 'link', 'console', 'plan', 'dns'],
    because: 'the control process may run on another host than the kernel it speaks about',
  },
  agent: {
    sees: ['kernel', 'link', 'relay', 'dns', 'health', 'telemetry'],
    because: 'an agent learns everything from the link, so it can be on any host and restart alone',
  },
  cli: {
    // plan: `exec` and `down` find namespaces by their names, which are made in plan/names.ts only.
    sees: ['link', 'plan'],
    because: 'it starts processes and asks them; a second way into their insides would be a second truth',
  },
  console: { sees: [], because: 'it is just another AWS client, with no private way in' },
}

/** Bans with a reason of their own. */
const reasons: Readonly<Record<string, string>> = {
  'api -> plan': 'an operation records a wish and answers; what plan has to say (explain) is handed to it as a value',
  'api -> kernel': 'an answer must not wait for the host, nor depend on one',
  'plan -> state': 'plan is handed a Snapshot: it must not be able to read something newer halfway',
  'aws -> resource': 'a protocol is not a business: a new noun must not touch it',
  'state -> api': 'the log must outlive every version of the operations that wrote it',
  'control -> kernel': 'only the agent has hands; control may be on another host',
  'agent -> state': 'an agent holds no truth: it is told a Snapshot and forgets it',
}

const root = new URL('..', import.meta.url).pathname
const files = (pattern: string): readonly string[] => globSync(pattern, { cwd: root }).map(normalize).sort()
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const isTest = (file: string): boolean => file.endsWith('.test.ts')
const roomOf = (file: string): string => file.split('/')[1] ?? ''

const sources = files('src/**/*.ts')
const sourceTexts = new Map([...sources, ...files('test/**/*.ts')].map((file) => [file, readSource(read(file))]))
const importsIn = (file: string) => importsOf(sourceTexts.get(file) ?? assert.fail(file))
const codeOf = (file: string): string => sourceTexts.get(file)?.codeOnly ?? assert.fail(file)

function seenFrom(room: string): ReadonlySet<string> {
  const seen = new Set([room])
  for (const each of seen) for (const next of rooms[each]?.sees ?? []) seen.add(next)
  return seen
}

/** Fails with every finding at once, each with its reason. */
function assertNone(findings: readonly string[]): void {
  assert.equal(findings.length, 0, `\n${findings.join('\n')}`)
}

test('the walk sees the code', () => {
  assert.ok(sources.length > 100)
  assert.ok(sources.flatMap((file) => importsIn(file)).length > sources.length)
})

test('every folder of src is a room with arrows and a README', () => {
  const folders = [...new Set(sources.map(roomOf))].filter((room) => !room.endsWith('.ts'))
  assertNone([
    ...folders.filter((room) => !rooms[room]).map((room) => `src/${room} has no arrows in test/rooms.test.ts`),
    ...folders
      .filter((room) => !existsSync(join(root, 'src', room, 'README.md')))
      .map((room) => `src/${room} has no README.md: what it is for, what it never does, which file to read first`),
  ])
})

test('imports follow the arrows', () => {
  assertNone(
    sources.flatMap((file) => {
      const room = roomOf(file)
      return importsIn(file).flatMap(({ specifier, isTypeOnly }) => {
        if (!specifier.startsWith('.')) return []
        const target = normalize(join(dirname(file), specifier))
        if (!existsSync(join(root, target))) return [`${file} imports ${specifier}, which is not there`]
        if (isTest(target)) return [`${file} imports ${specifier}: a test is imported by nobody`]
        if (target.startsWith('test/support/') && isTest(file)) return []
        if (!target.startsWith('src/'))
          return [`${file} imports ${specifier}: src stands alone, without tests and tools`]
        const other = roomOf(target)
        if (seenFrom(room).has(other) || (isTypeOnly && rooms[room]?.namesTypesOf?.includes(other))) return []
        const reason = reasons[`${room} -> ${other}`] ?? rooms[room]?.because
        return [`${file} imports ${specifier}: ${room} does not see ${other}, because ${reason}`]
      })
    }),
  )
})

test('no arrow leads back', () => {
  assertNone(
    Object.keys(rooms).flatMap((room) =>
      (rooms[room]?.sees ?? [])
        .filter((next) => seenFrom(next).has(room))
        .map((next) => `${room} and ${next} see each other: two rooms that need each other are one`),
    ),
  )
})

test('packages are those of package.json, and a pure room needs none', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  assertNone(
    sources.flatMap((file) =>
      importsIn(file).flatMap(({ specifier, isTypeOnly }) => {
        if (/^(\.|node:)/.test(specifier)) return []
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/')
        const isTool = isTest(file) || isTypeOnly
        // Tests may hold our protocols against the packages that the SDK's clients are made of.
        if (isTest(file) && /^@(smithy|aws-sdk)\//.test(name)) return []
        if (!dependencies?.[name] && !(isTool && devDependencies?.[name])) {
          return [`${file} imports ${specifier}, which package.json does not have among its dependencies`]
        }
        return rooms[roomOf(file)]?.isPure && !isTest(file)
          ? [`${file} imports ${specifier}: a pure room has no dependency, so nothing can bring the world in`]
          : []
      }),
    ),
  )
})

/** What a pure room does not touch, and what to do instead. */
const worldly: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /\bDate\.now\b/, instead: 'the time arrives as an argument' },
  { pattern: /\bnew Date\s*(\(\s*\)|(?!\s*\())/, instead: 'the time arrives as an argument' },
  { pattern: /(?<!new )\bDate\s*\(/, instead: 'the time arrives as an argument' },
  { pattern: /\bperformance\./, instead: 'the time arrives as an argument' },
  { pattern: /\bMath\.random\b/, instead: 'ids and random text arrive as arguments' },
  { pattern: /(?<![.\w])crypto\./, instead: 'ids and random text arrive as arguments' },
  { pattern: /(?<![.\w])process\b(?!\s*[:?]|\w)/, instead: 'the environment arrives as an argument' },
  { pattern: /(?<![.\w])globalThis\b/, instead: 'what is global is the world' },
  { pattern: /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, instead: 'a pure function does not wait' },
  { pattern: /(?<![.\w])fetch\s*\(/, instead: 'what is outside is observed by other rooms and handed in' },
  { pattern: /(?<![.\w])console\./, instead: 'a pure function says what it has to say by its result' },
  { pattern: /\b(async\b(?!\s*:)|await)\s/, instead: 'a pure function does not wait' },
]
/** Builtins that reach nothing outside. */
const harmless: ReadonlySet<string> = new Set(['node:assert', 'node:assert/strict'])

test('pure rooms touch no clock, randomness, environment, file, socket or process', () => {
  const pure = sources.filter((file) => rooms[roomOf(file)]?.isPure && !isTest(file))
  assert.ok(pure.length > 20)
  assertNone(
    pure.flatMap((file) => [
      ...importsIn(file)
        .filter(({ specifier }) => specifier.startsWith('node:') && !harmless.has(specifier))
        .map(
          ({ specifier }) => `${file} imports ${specifier}: ${roomOf(file)} is pure, so its results can be repeated`,
        ),
      ...worldly.flatMap(({ pattern, instead }) => {
        const found = pattern.exec(codeOf(file))?.[0].trim()
        return found ? [`${file} uses ${found}: ${roomOf(file)} is pure; ${instead}`] : []
      }),
    ]),
  )
})

test('the patterns of purity find what they are for', () => {
  const finds = (code: string) => worldly.some(({ pattern }) => pattern.test(readSource(code).codeOnly))
  const bad = [
    'Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'Math.random()',
    'process.env.HOME',
    'setTimeout(f, 1)',
  ]
  for (const code of [...bad, 'await x', 'performance.now()', 'crypto.randomUUID()', 'globalThis.x'])
    assert.ok(finds(code), code)
  const good = [
    'new Date(text)',
    'Date.UTC(1, 2)',
    'Date.parse(x)',
    'row.process',
    "'process'",
    '// Date.now()',
    'processes',
  ]
  for (const code of [...good, '{ process: 1 }', 'node.crypto.x']) assert.ok(!finds(code), code)
})

test('files are named after what they hold', () => {
  assertNone(
    sources.flatMap((file) => {
      const name = basename(file).replace(/(\.test)?\.ts$/, '')
      if (/^(utils?|helpers?|common|misc|index)$/.test(name)) {
        return [`${file}: shared code has a noun, and the file that owns it is imported; no utils, no barrels`]
      }
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${file}: files are kebab-case nouns`]
    }),
  )
})

test('no file of src is longer than 500 lines', () => {
  assertNone(
    sources
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > 500)
      .map(({ file, lines }) => `${file} has ${lines} lines: look for its second concept`),
  )
})

/** Ways to leave a test out without saying why, in code whose strings are reduced to quotes. */
const silent: readonly RegExp[] = [
  /\b(test|it|describe|suite)\s*\.\s*(only|todo|skip)\b/,
  /\b(only|todo)\s*:\s*true\b/,
  /\bskip\s*:\s*(true\b|'')/,
  /\.\s*skip\s*\(\s*(''\s*)?\)/,
]

test('no test is left out in silence', () => {
  const tests = [...sourceTexts.keys()].filter((file) => isTest(file) || file.startsWith('test/'))
  assertNone(
    tests.flatMap((file) => {
      const found = silent.map((pattern) => pattern.exec(codeOf(file))?.[0]).find((text) => text !== undefined)
      return found
        ? [`${file}: ${found} leaves a test out and gives no reason; write skip: 'why', or t.skip('why')`]
        : []
    }),
  )
})

test('the patterns of silence find what they are for', () => {
  const finds = (code: string) => silent.some((pattern) => pattern.test(readSource(code).codeOnly))
  const word = 'only'
  for (const code of [`test.${word}('x')`, "it.skip('x')", "test('x', { skip: true })", 't.skip()', "t.skip('')"])
    assert.ok(finds(code), code)
  for (const code of ["t.skip('no IPv6 here')", "{ skip: 'no root' }", '{ skip: reason }'])
    assert.ok(!finds(code), code)
})

test('package-lock.json records no download addresses', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    readonly packages: Record<string, { readonly resolved?: string }>
  }
  const packages = Object.entries(lock.packages)
  assert.ok(packages.length > 10)
  assertNone(
    packages
      .filter(([, { resolved }]) => resolved !== undefined)
      .map(([name, { resolved }]) => `${name} is resolved to ${resolved}: everybody has another registry or mirror`),
  )
  assert.doesNotMatch(read('package-lock.json'), /https?:\/\/[^"]*\.tgz/)
})
