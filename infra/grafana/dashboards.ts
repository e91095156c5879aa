import { coherence } from './source/coherence.ts'
import type { dashboard } from './source/panels.ts'
import { service } from './source/service.ts'

/** Every dashboard by the name of its file. */
export const dashboards = { 'service.json': service, 'coherence.json': coherence }

/** A dashboard as JSON with one panel on each line, so that a diff shows which panel changed. */
export function printDashboard(board: ReturnType<typeof dashboard>): string {
  const { panels, ...rest } = board
  const lines = panels.map((panel) => JSON.stringify(panel)).join(',\n')
  return `${JSON.stringify(rest).slice(0, -1)},"panels":[\n${lines}\n]}\n`
}
