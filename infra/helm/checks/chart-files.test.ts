import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { exposedSeries } from '../../prometheus/exposed.ts'
import { chartFolder, followingFiles } from '../chart-files.ts'
import { describeValues } from '../describe-values.ts'
import { releases } from './releases.ts'

test.each([...followingFiles()])(
  '%s is what it follows from (run: pnpm --filter @freshet/infra chart)',
  (name, text) => {
    expect(readFileSync(path.join(chartFolder, name), 'utf8')).toBe(text)
  },
)

test('the chart holds no copy of what is gone', () => {
  const copies = ['files/rules', 'files/dashboards'].flatMap((folder) =>
    readdirSync(path.join(chartFolder, folder)).map((name) => `${folder}/${name}`),
  )
  expect(copies.filter((name) => !followingFiles().has(name))).toEqual([])
})

test('every dashboard and every group of rules is in what the chart makes of them', () => {
  const { manifests } = releases.find(({ name }) => name === 'production') ?? { manifests: [] }
  const copies = (folder: string) => [...followingFiles()].filter(([name]) => name.startsWith(`files/${folder}/`))
  const dashboards = manifests.find(({ metadata }) => metadata.name === 'cache-freshet-dashboards')?.data ?? {}
  const shown = Object.entries(dashboards).map(([name, text]) => [name, JSON.parse(text)])
  expect(Object.fromEntries(shown)).toEqual(
    Object.fromEntries(
      copies('dashboards').map(([name, text]) => [`freshet-${path.basename(name)}`, JSON.parse(text)]),
    ),
  )
  const rules = manifests.find(({ kind }) => kind === 'PrometheusRule')
  const groups: { name: string }[] = copies('rules').flatMap(([, text]) => parse(text).groups)
  expect(new Set(rules?.spec?.groups)).toEqual(new Set(groups))
})

test('values are described by the comment above them', () => {
  expect(describeValues('# About a.\na:\n  # Of b.\n  b: 1\n  c: []\n')).toBe(
    '| Value | Default | Meaning |\n|---|---|---|\n| `a` | | About a. |\n| `a.b` | `1` | Of b. |\n| `a.c` | `[]` |  |',
  )
})

test('the scaler asks the adapter for a figure that it makes of one that nodes show', async () => {
  const { rules } = parse(readFileSync(path.join(chartFolder, 'files/prometheus-adapter.yaml'), 'utf8'))
  const [rule] = rules.custom
  const asked = readFileSync(path.join(chartFolder, 'templates/cache-node/hpa.yaml'), 'utf8')
  expect(asked).toContain(`name: ${rule.name.as}`)
  const metric = /^\w+/.exec(rule.seriesQuery)?.[0]
  expect((await exposedSeries()).map(({ name }) => name)).toContain(metric)
})
