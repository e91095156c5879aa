import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { chartFolder } from '../chart-files.ts'
import { documentsOf, readChart, render, valuesOf } from '../engine/chart.ts'
import type { Mapping } from '../engine/values.ts'
import type { Container, Labels, Manifest } from './manifest.ts'

export const chart = readChart(chartFolder)
export const release = { name: 'cache', namespace: 'shop' }

/** The chart with one set of values, rendered. */
export interface Release {
  name: string
  values: Mapping
  manifests: Manifest[]
}

/** The sets of values in ci/. */
export const valueFiles: [string, Mapping][] = readdirSync(path.join(chartFolder, 'ci')).map((file) => [
  path.basename(file, '.yaml'),
  parse(readFileSync(path.join(chartFolder, 'ci', file), 'utf8')),
])

export const releases: Release[] = valueFiles.map(([name, given]) => {
  const values = valuesOf(chart, given)
  return { name, values, manifests: manifestsOf(render(chart, values, release)) }
})

/** Every object of a rendered chart; NOTES.txt is none. */
export function manifestsOf(rendered: ReadonlyMap<string, string>): Manifest[] {
  return [...rendered].flatMap(([file, text]) => (file.endsWith('.yaml') ? documentsOf<Manifest>(text) : []))
}

/** Objects that run pods, with the pod's only container. */
export function workloadsOf({ manifests }: Release) {
  return manifests.flatMap((manifest) => {
    const template = manifest.spec?.template
    const [container] = template?.spec.containers ?? []
    return template && container ? [{ manifest, template, container }] : []
  })
}

/** The labels that an object looks for. */
export function selectorOf({ spec }: Pick<Manifest, 'spec'>): Labels {
  if (spec?.podSelector) return spec.podSelector.matchLabels
  const { matchLabels, ...plain } = spec?.selector ?? {}
  const labels = typeof matchLabels === 'object' ? matchLabels : plain
  return Object.fromEntries(Object.entries(labels).map(([label, value]) => [label, String(value)]))
}

export function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value)
}

/** All variables that a container gets, those of its ConfigMaps included; null where the value is somewhere else. */
export function variablesOf(container: Container, manifests: readonly Manifest[]): Map<string, string | null> {
  const mapped = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
    Object.entries(
      manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef.name)?.data ?? {},
    ),
  )
  return new Map([...mapped, ...(container.env ?? []).map(({ name, value }) => [name, value ?? null] as const)])
}
