import type { Platform } from './platform.ts'

/** What each part says of itself. */
export interface Sight {
  nodes: { ready: boolean; health: string; state: string }[]
  /** Of the namespace `strict`, on each node. */
  breakers: string[]
  worker: { live: boolean; faults: string[] }
  portal: { status: string; database: string; redis: string }
}

export async function lookAt({ nodes, worker, operator, apiKey }: Platform): Promise<Sight> {
  const headers = { authorization: `Bearer ${apiKey}` }
  const read = async (url: string) => (await fetch(url, { headers })).json()
  const [health, ready, metrics, live, faults, portal] = await Promise.all([
    Promise.all(nodes.map(({ url }) => read(`${url}/health`))),
    Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/readyz`)).ok)),
    Promise.all(nodes.map(({ url }) => read(`${url}/api/metrics`))),
    fetch(`${worker.url}/livez`),
    read(`${worker.url}/readyz`),
    operator.health(),
  ])
  return {
    nodes: health.map(({ status, coherence }, i) => ({
      ready: ready[i] ?? false,
      health: status,
      state: coherence.state,
    })),
    breakers: metrics.map(({ origins }) => origins.strict.breaker),
    worker: { live: live.ok, faults: faults.faults },
    portal,
  }
}
