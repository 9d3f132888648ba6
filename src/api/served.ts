import type { Operation, OperationContext } from './operation.ts'

/**
 * The operations of one service, by their names on the wire.
 *
 * The types come from the SDK's command classes: an operation AWS does not have, or a handler that takes or answers
 * another operation's members, does not compile.
 */
export type Served<Sdk> = {
  readonly [Name in keyof Sdk as Name extends `${infer Operation}Command` ? Operation : never]?: Handler<Sdk[Name]>
}

/**
 * `Operation`, with `handle` as a function-typed member: parameters of methods are compared both ways, and a handler
 * for another operation's input would pass.
 */
type Handler<Command> = Omit<Operation<never, unknown>, 'handle'> & {
  readonly handle: (input: InputOf<Command>, ctx: OperationContext) => OutputOf<Command>
}

type InputOf<Command> = Command extends abstract new (
  ...args: never[]
) => { readonly input: infer Input }
  ? Input
  : never

type OutputOf<Command> = Command extends abstract new (
  ...args: never[]
) => { resolveMiddleware(...args: never[]): (...args: never[]) => Promise<{ output: infer Output }> }
  ? Omit<Output, '$metadata'>
  : never

/** As the pipeline calls it: the listener has checked the input against the same schema that the types come from. */
export type AnyOperation = Omit<Operation<never, object>, 'handle'> & {
  handle(input: Readonly<Record<string, unknown>>, ctx: OperationContext): object
}
