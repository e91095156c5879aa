/** What the client takes from the environment when its caller says nothing: the one place that reads it. */
export interface ClientEnv {
  /** FRESHET_URL: addresses of nodes or of a balancer before them, separated by commas. */
  url: string | undefined
  /** FRESHET_PORTAL_URL: the control plane's address, for the admin client. */
  portalUrl: string | undefined
  /** FRESHET_API_KEY: a credential of the installation. */
  apiKey: string | undefined
}

/** In a browser or a worker without `process` there is no environment, and everything has to be passed. */
export function clientEnv(): ClientEnv {
  const env: Record<string, string | undefined> = typeof process === 'undefined' ? {} : process.env
  return {
    url: blankIsUnset(env.FRESHET_URL),
    portalUrl: blankIsUnset(env.FRESHET_PORTAL_URL),
    apiKey: blankIsUnset(env.FRESHET_API_KEY),
  }
}

function blankIsUnset(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}
