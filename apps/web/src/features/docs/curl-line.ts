import type { ApiOperation } from './list-operations'

/** A command to try an operation with; what is in angle brackets is for the reader to fill in. */
export function curlLine(
  { method, path, parameters, body }: Pick<ApiOperation, 'method' | 'path' | 'parameters' | 'body'>,
  portalUrl: string,
): string {
  const query = parameters
    .filter((field) => field.required && !field.path.includes('.') && !path.includes(`{${field.path}}`))
    .map((field) => `${field.path}=<${field.path}>`)
  const address = `${portalUrl}${path.replaceAll(/\{(\w+)\}/g, '<$1>')}${query.length > 0 ? `?${query.join('&')}` : ''}`
  return [
    `curl${method === 'GET' ? '' : ` -X ${method}`}`,
    '-H "Authorization: Bearer $FRESHET_API_KEY"',
    ...(body.length > 0 ? ["-H 'Content-Type: application/json' -d '{…}'"] : []),
    `'${address}'`,
  ].join(' ')
}
