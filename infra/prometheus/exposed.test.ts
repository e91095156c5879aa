import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { dashboards } from '../grafana/dashboards.ts'
import { exposedSeries } from './exposed.ts'
import { selectorsOf } from './promql.ts'

interface Group {
  rules: { record?: string; expr: string }[]
}

const folder = path.join(import.meta.dirname, 'rules')
const rules = readdirSync(folder).flatMap((file): Group['rules'] =>
  parse(readFileSync(path.join(folder, file), 'utf8')).groups.flatMap((group: Group) => group.rules),
)
const panels = Object.values(dashboards).flatMap((board) => board.panels)
const queries = panels
  .flatMap((panel) => panel.targets ?? [])
  .map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'))

/** What Prometheus itself adds: whether a target answered, and who it is. */
const OF_PROMETHEUS = new Set(['up'])
const TARGET_LABELS = new Set(['job', 'instance'])

describe('rules and dashboards ask only for what nodes and worker show', async () => {
  const series = await exposedSeries()
  const recorded = new Set(rules.flatMap((rule) => rule.record ?? []))

  test.each([...new Set([...rules.map((rule) => rule.expr), ...queries])])('%s', (expression) => {
    for (const { name, equals } of selectorsOf(expression)) {
      if (OF_PROMETHEUS.has(name) || recorded.has(name)) continue
      const wanted = Object.entries(equals).filter(([label]) => !TARGET_LABELS.has(label))
      const found = series.some(
        (one) => one.name === name && wanted.every(([label, value]) => one.labels[label] === value),
      )
      expect(found, `${name} ${JSON.stringify(Object.fromEntries(wanted))}`).toBe(true)
    }
  })
})
