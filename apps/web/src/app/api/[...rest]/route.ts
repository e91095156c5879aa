import { createRestHandler } from '@freshet/api/rest/handler'
import { apiContext } from '~/server/api-context'

/** Everything under /api that has no file of its own: the procedures under their REST names, or a 404 problem. */
const handler = createRestHandler(apiContext)

export {
  handler as DELETE,
  handler as GET,
  handler as HEAD,
  handler as OPTIONS,
  handler as PATCH,
  handler as POST,
  handler as PUT,
}
