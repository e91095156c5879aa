import { type DocumentedOperation, type Endpoint, parametersOf, requestBodyOf } from './read-document.ts'

/** A command line that does what the endpoint is for; address and credential come from the environment. */
export function curlExample({ method, path, operation }: Endpoint): string {
  return [
    `curl ${methodFlag(method)}"$FRESHET_URL${fill(path, operation)}"`,
    ...(operation.security?.length === 0 ? [] : ['-H "Authorization: Bearer $FRESHET_API_KEY"']),
    ...bodyFlags(operation),
  ].join(' \\\n  ')
}

function methodFlag(method: string): string {
  if (method === 'GET') return ''
  return method === 'HEAD' ? '--head ' : `-X ${method} `
}

function fill(path: string, operation: DocumentedOperation): string {
  const parameters = parametersOf(operation)
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => exampleOf(parameters, name) ?? name)
  const query = parameters
    .filter((parameter) => parameter.in === 'query')
    .flatMap(({ name }) => {
      const example = exampleOf(parameters, name)
      return example === undefined ? [] : [`${name}=${encodeURIComponent(example)}`]
    })
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`
}

function exampleOf(parameters: ReturnType<typeof parametersOf>, name: string): string | undefined {
  const schema = parameters.find((parameter) => parameter.name === name)?.schema
  return schema === undefined || '$ref' in schema || schema.example === undefined ? undefined : String(schema.example)
}

function bodyFlags(operation: DocumentedOperation): string[] {
  const [first] = requestBodyOf(operation)
  if (first === undefined) return []
  const [mediaType, { example }] = first
  // Inside single quotes the shell leaves everything alone; our examples have none of their own.
  if (example !== undefined) return [`-H 'Content-Type: ${mediaType}'`, `-d '${JSON.stringify(example)}'`]
  return ["-H 'Content-Type: application/json'", '--data-binary @value.json']
}
