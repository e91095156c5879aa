import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { chartFolder } from '../chart-files.ts'
import { caseData, cases } from '../engine/cases.ts'
import { documentsOf, releaseData } from '../engine/chart.ts'
import { buildGoReference } from '../engine/go-reference.ts'
import type { Manifest } from './manifest.ts'
import { chart, manifestsOf, type Release, release, releases } from './releases.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'freshet-chart-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Where they are installed. Nothing else here needs them: what the chart means is decided by them, our engine follows. */
const renderByGo = buildGoReference(folder)
const hasHelm = spawnSync('helm', ['version']).status === 0

/** As objects that can be compared: the order of files is an engine's own, and checksums are of text that each may quote its way. */
function comparable(manifests: readonly Manifest[]): unknown {
  const sorted = manifests.toSorted((a, b) =>
    `${a.kind} ${a.metadata.name}`.localeCompare(`${b.kind} ${b.metadata.name}`),
  )
  return JSON.parse(JSON.stringify(sorted).replaceAll(/"[0-9a-f]{64}"/g, '"checksum"'))
}

test('a rendering that differs in one value is told from one that differs in order and checksums', () => {
  const [one] = releases
  const manifests = one?.manifests ?? []
  const text = JSON.stringify(manifests.toReversed()).replaceAll(/[0-9a-f]{64}/g, 'f'.repeat(64))
  expect(comparable(JSON.parse(text))).toEqual(comparable(manifests))
  expect(comparable(JSON.parse(text.replace('"port":9400', '"port":9401')))).not.toEqual(comparable(manifests))
})

if (renderByGo !== null) {
  describe("Go's text/template with sprig", () => {
    test.each(cases)('%j', (source, expected) => {
      const name = 'chart/templates/a.yaml'
      expect(renderByGo({ templates: { [name]: source }, data: caseData })).toEqual({ [name]: expected })
    })

    test.each(releases)('renders $name to the same objects', ({ values, manifests }) => {
      const { Files: _, ...data } = releaseData(chart, values, release)
      const templates = Object.fromEntries(chart.templates)
      const rendered = renderByGo({ templates, data, files: Object.fromEntries(chart.files) })
      expect(comparable(manifestsOf(new Map(Object.entries(rendered))))).toEqual(comparable(manifests))
    })
  })
}

if (hasHelm) {
  describe('helm', () => {
    const valuesOf = ({ name }: Pick<Release, 'name'>) => ['--values', path.join(chartFolder, 'ci', `${name}.yaml`)]

    test('finds nothing to complain of', () => {
      const linted = spawnSync('helm', ['lint', '--strict', ...valuesOf({ name: 'minimal' }), chartFolder])
      expect(linted.status, String(linted.stdout)).toBe(0)
    })

    test.each(releases)('renders $name to the same objects', ({ name, manifests }) => {
      const where = [release.name, chartFolder, '--namespace', release.namespace]
      const rendered = execFileSync('helm', ['template', ...where, ...valuesOf({ name })], { encoding: 'utf8' })
      expect(comparable(documentsOf<Manifest>(rendered))).toEqual(comparable(manifests))
    })
  })
}
