import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { selectorsOf } from '../prometheus/promql.ts'
import { dashboards, printDashboard } from './dashboards.ts'

const here = (...names: string[]) => path.join(import.meta.dirname, ...names)

test('the folder holds exactly the dashboards that have a source', () => {
  expect(readdirSync(here('dashboards')).toSorted()).toEqual(Object.keys(dashboards).toSorted())
})

test('every panel asks the data source that is provisioned', () => {
  const { datasources } = parse(readFileSync(here('provisioning/datasources/prometheus.yml'), 'utf8'))
  for (const board of Object.values(dashboards))
    for (const panel of board.panels.filter(({ targets }) => targets !== undefined))
      expect(panel, panel.title).toMatchObject({ datasource: { uid: datasources[0].uid } })
})

describe.each(Object.entries(dashboards))('%s', (file, board) => {
  test('is what its source says (run: pnpm --filter @freshet/infra dashboards)', () => {
    expect(readFileSync(here('dashboards', file), 'utf8')).toBe(printDashboard(board))
  })

  test('every query is PromQL over at least one metric', () => {
    const queries = board.panels.flatMap((panel) => panel.targets ?? []).map((target) => target.expr)
    expect(queries.length).toBeGreaterThan(10)
    for (const query of queries)
      expect(selectorsOf(query.replaceAll('$__rate_interval', '1m')).length, query).toBeGreaterThan(0)
  })

  test('no panel covers another or leaves the grid', () => {
    const taken = new Set<string>()
    for (const { title, gridPos } of board.panels)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(x, title).toBeLessThan(24)
          expect(taken.has(`${x}.${y}`), title).toBe(false)
          taken.add(`${x}.${y}`)
        }
  })
})
