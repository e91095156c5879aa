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
import { chart, manifestsOf, release, releases } from './releases.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'freshet-chart-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const renderByGo = buildGoReference(folder)
const hasHelm = spawnSync('helm', ['version']).status === 0

/** By kind and name: the order of files is the engine's own. */
const sorted = (manifests: readonly Manifest[]) =>
  manifests.toSorted((a, b) => `${a.kind} ${a.metadata.name}`.localeCompare(`${b.kind} ${b.metadata.name}`))

describe.skipIf(renderByGo === null)("Go's text/template with sprig", () => {
  test.each(cases)('%j', (source, expected) => {
    const name = 'chart/templates/a.yaml'
    expect(renderByGo?.({ templates: { [name]: source }, data: caseData })).toEqual({ [name]: expected })
  })

  test.each(releases)('renders $name to the same objects', ({ values, manifests }) => {
    const { Files: _, ...data } = releaseData(chart, values, release)
    const rendered = renderByGo?.({
      templates: Object.fromEntries(chart.templates),
      data,
      files: Object.fromEntries(chart.files),
    })
    const found = manifestsOf(new Map(Object.entries(rendered ?? {})))
    expect(withoutChecksums(sorted(found))).toEqual(withoutChecksums(sorted(manifests)))
  })
})

describe.skipIf(!hasHelm)('helm', () => {
  test('finds nothing to complain of', () => {
    const values = path.join(chartFolder, 'ci/minimal.yaml')
    expect(
      spawnSync('helm', ['lint', '--strict', '--values', values, chartFolder], { encoding: 'utf8' }),
    ).toMatchObject({
      status: 0,
    })
  })

  test.each(releases)('renders $name to the same objects', ({ name, manifests }) => {
    const values = path.join(chartFolder, 'ci', `${name}.yaml`)
    const rendered = execFileSync(
      'helm',
      ['template', release.name, chartFolder, '--namespace', release.namespace, '--values', values],
      { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    )
    expect(withoutChecksums(sorted(documentsOf<Manifest>(rendered)))).toEqual(withoutChecksums(sorted(manifests)))
  })
})

/** Checksums are of text, in which engines may quote and indent as they like. */
function withoutChecksums(manifests: readonly Manifest[]): unknown {
  return JSON.parse(JSON.stringify(manifests).replaceAll(/"[0-9a-f]{64}"/g, '"checksum"'))
}
