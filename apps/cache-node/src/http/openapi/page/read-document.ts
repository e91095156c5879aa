import { MORE_METHODS, type OpenApiDocument } from '../document.ts'

type PathItem = NonNullable<OpenApiDocument['paths']>[string]
export type DocumentedOperation = NonNullable<PathItem['get']>
type ParameterOrReference = NonNullable<DocumentedOperation['parameters']>[number]
export type Parameter = Exclude<ParameterOrReference, { $ref: string }>
export type Schema = NonNullable<NonNullable<OpenApiDocument['components']>['schemas']>[string]
type ResponseOrReference = NonNullable<DocumentedOperation['responses']>[string]
export type DocumentedResponse = Exclude<ResponseOrReference, { $ref: string }>

/** A method on a path, in the order in which the document gives them. `method` is upper case. */
export interface Endpoint {
  method: string
  path: string
  operation: DocumentedOperation
}

const METHODS = ['get', 'head', 'put', 'patch', 'post', 'delete'] as const

/** Every method on every path, further methods such as PURGE included. */
export function endpointsOf(document: OpenApiDocument): Endpoint[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) => [
    ...METHODS.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ method: method.toUpperCase(), path, operation }]
    }),
    ...Object.entries((item[MORE_METHODS] ?? {}) as Record<string, DocumentedOperation>).map(([method, operation]) => ({
      method,
      path,
      operation,
    })),
  ])
}

export function parametersOf(operation: DocumentedOperation): Parameter[] {
  return (operation.parameters ?? []).filter((parameter): parameter is Parameter => !('$ref' in parameter))
}

export function responsesOf(operation: DocumentedOperation): [status: string, response: DocumentedResponse][] {
  return Object.entries(operation.responses ?? {}).filter(
    (pair): pair is [string, DocumentedResponse] => !('$ref' in pair[1]),
  )
}

/** Body schemas by media type. */
export function contentOf(
  holder: { content?: DocumentedResponse['content'] } | undefined,
): [string, { schema?: Schema; example?: unknown }][] {
  return Object.entries(holder?.content ?? {})
}

export function requestBodyOf(operation: DocumentedOperation): [string, { schema?: Schema; example?: unknown }][] {
  const body = operation.requestBody
  return body === undefined || '$ref' in body ? [] : contentOf(body)
}
