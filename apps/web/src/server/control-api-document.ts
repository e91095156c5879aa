import { openApiDocument } from '@freshet/api/rest/openapi'
import { env } from '~/env'
import packageJson from '../../package.json' with { type: 'json' }

/** The OpenAPI document of the control plane, as served from here. */
export function controlApiDocument(): ReturnType<typeof openApiDocument> {
  return openApiDocument({ version: packageJson.version, portalUrl: env().NEXTAUTH_URL })
}
