import { portalHealth } from '~/server/portal-health'

export const dynamic = 'force-dynamic'

/** 200 as long as the portal itself can answer; what it depends on is named beside, for people and dashboards. */
export async function GET(): Promise<Response> {
  return Response.json(await portalHealth(), { headers: { 'cache-control': 'no-store' } })
}
