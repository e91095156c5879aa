/** Writes the files that Grafana reads: `pnpm --filter @freshet/infra dashboards`. A test fails while they are behind. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { dashboards, printDashboard } from './dashboards.ts'

for (const [name, board] of Object.entries(dashboards))
  writeFileSync(path.join(import.meta.dirname, 'dashboards', name), printDashboard(board))
