import { PASSWORD } from './services.ts'

export interface PortalAnswer {
  status: number
  /** Of a problem document. */
  code: string | undefined
  detail: string | undefined
  propagation: string | undefined
}

/** What an operator does at the portal, over HTTP. */
export function operateAt(url: string, apiKey: string, email: string) {
  return {
    async savePolicy(name: string, policy: object): Promise<PortalAnswer> {
      const response = await fetch(`${url}/api/namespaces/${name}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ policy }),
      })
      const { code, detail, propagation } = await response.json()
      return { status: response.status, code, detail, propagation }
    },

    /** What the sign-in form is told: null when it succeeded, else the code that it puts into words. */
    async signIn(): Promise<string | null> {
      const page = await fetch(`${url}/api/auth/csrf`)
      const { csrfToken } = await page.json()
      const response = await fetch(`${url}/api/auth/callback/credentials`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          cookie: page.headers
            .getSetCookie()
            .map((line) => line.split(';', 1)[0])
            .join('; '),
        },
        body: new URLSearchParams({ csrfToken, email, password: PASSWORD, json: 'true' }),
      })
      const answer: { url: string } = await response.json()
      return new URL(answer.url).searchParams.get('error')
    },

    async health(): Promise<{ status: string; database: string; redis: string }> {
      return (await fetch(`${url}/api/health`)).json()
    },
  }
}

export type Operator = ReturnType<typeof operateAt>
