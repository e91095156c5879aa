import type { OAuthConfig } from 'next-auth/providers/oauth'
import { env } from '~/env'
import { toOidcIdentity } from './oidc-identity'

export type OidcClaims = Record<string, unknown>

/** OpenID Connect with any provider that publishes a discovery document; null when none is configured. */
export function oidcProvider(): OAuthConfig<OidcClaims> | null {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_NAME, OIDC_SCOPE, OIDC_GROUPS_CLAIM } = env()
  if (!OIDC_ISSUER) return null
  return {
    id: 'oidc',
    name: OIDC_NAME,
    type: 'oauth',
    wellKnown: `${OIDC_ISSUER.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    idToken: true,
    // PKCE and state bind the answer to this browser, the nonce binds the token to this request.
    checks: ['pkce', 'state', 'nonce'],
    authorization: { params: { scope: OIDC_SCOPE } },
    userinfo: {
      // Many providers give address and groups only here. Who it is about is what the signed token says.
      request: async ({ client, tokens }) => {
        // What next-auth declares as the fields of a token set is, at run time, openid-client's own object.
        const tokenSet = tokens as Exclude<Parameters<typeof client.userinfo>[0], string>
        const { iss, sub, ...claims } = tokenSet.claims()
        if (!client.issuer.metadata.userinfo_endpoint) return { ...claims, iss, sub }
        return { ...claims, ...(await client.userinfo(tokenSet)), iss, sub }
      },
    },
    profile: (claims) => {
      const { subject, email, name } = toOidcIdentity(claims, OIDC_GROUPS_CLAIM)
      return { id: subject, email, name }
    },
  }
}
