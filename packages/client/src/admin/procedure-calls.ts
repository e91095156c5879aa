import type { AnyTRPCProcedure } from '@trpc/server'
import { type CallOptions, type ProcedureTransport, procedureProxy } from './procedure-proxy.ts'

/**
 * The calls of a router's procedures, by their names: `calls.namespaces.get.query({ name })`.
 *
 * @typeParam Routes the router's record of procedures. What a declaration shows of it are plain shapes, without a name of the
 * portal's packages (nobody can install those) or of its schema library: TypeScript resolves conditional types where it
 * writes declarations, as long as their aliases are not exported.
 */
export function callsOver<Routes>(transport: ProcedureTransport): CallsOf<Routes> {
  return procedureProxy(transport) as CallsOf<Routes>
}

type CallsOf<Routes> = Routes extends infer Record
  ? {
      [Name in keyof Record]: Record[Name] extends AnyTRPCProcedure
        ? CallsOfProcedure<Record[Name]>
        : CallsOf<Record[Name]>
    }
  : never

type CallsOfProcedure<P extends AnyTRPCProcedure> = P['_def']['type'] extends 'query'
  ? { query(...args: ArgumentsOf<TypesOf<P>['input']>): Promise<Spelled<TypesOf<P>['output']>> }
  : P['_def']['type'] extends 'mutation'
    ? { mutate(...args: ArgumentsOf<TypesOf<P>['input']>): Promise<Spelled<TypesOf<P>['output']>> }
    : { subscribe(...args: ArgumentsOf<TypesOf<P>['input']>): AsyncIterable<Spelled<ItemOf<TypesOf<P>['output']>>> }

type TypesOf<P extends AnyTRPCProcedure> = P['_def']['$types']
type ItemOf<T> = T extends AsyncIterable<infer Item> ? Item : never

type ArgumentsOf<Input> = undefined extends Input
  ? [input?: Spelled<Exclude<Input, void>>, options?: CallOptions]
  : [input: Spelled<Input>, options?: CallOptions]

/** A type as its members say it. */
type Spelled<T> = [T] extends [string] ? Words<T> : SpelledEach<T>

type SpelledEach<T> = T extends Date | Uint8Array
  ? T
  : T extends readonly (infer Item)[]
    ? Spelled<Item>[]
    : T extends object
      ? T extends infer Shape
        ? // `as Member` makes each member anew: one that is only passed on would be printed as it was declared, names and all.
          { [Member in keyof Shape as Member]: Spelled<Shape[Member]> }
        : never
      : T

/** The words of a union, looked up in an object: however else a union is mapped, TypeScript gives it its name back. */
type Words<T extends string> = string extends T
  ? T
  : { [Word in T]: Word } extends infer ByWord
    ? ByWord[keyof ByWord]
    : never
