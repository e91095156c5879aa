import { controlApiDocument } from '~/server/control-api-document'

export const dynamic = 'force-dynamic'

/** The control API's OpenAPI document. It tells nothing that the source does not, so anybody may read it. */
export function GET(): Response {
  return Response.json(controlApiDocument())
}
