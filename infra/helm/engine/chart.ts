import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { parse, parseAllDocuments } from 'yaml'
import { renderTemplates } from './render-templates.ts'
import { isMapping, type Mapping, type Value } from './values.ts'

interface Release {
  name: string
  namespace: string
}

/** A chart on disk. */
export interface Chart {
  about: Mapping
  values: Mapping
  schema: object
  validate: ValidateFunction
  templates: Map<string, string>
  /** Other files of the chart, which templates read by `.Files.Get`. */
  files: Map<string, string>
}

export function readChart(folder: string): Chart {
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')
  const about: Mapping = parse(read('Chart.yaml'))
  const below = (name: string) =>
    existsSync(path.join(folder, name))
      ? readdirSync(path.join(folder, name), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
          .toSorted()
      : []
  const schema = JSON.parse(read('values.schema.json'))
  return {
    about,
    values: parse(read('values.yaml')),
    schema,
    validate: new Ajv({ allErrors: true, strict: false }).compile(schema),
    templates: new Map(below('templates').map((name) => [`${String(about.name)}/${name}`, read(name)])),
    files: new Map(below('files').map((name) => [name, read(name)])),
  }
}

/**
 * Values of a user over the chart's own: maps merge, everything else replaces, null removes.
 *
 * @throws Error when the chart's schema does not allow the result.
 */
export function valuesOf(chart: Chart, ...given: Mapping[]): Mapping {
  const values = given.reduce(merge, chart.values)
  if (!chart.validate(values))
    throw new Error(
      `values: ${chart.validate.errors?.map((error) => `${error.instancePath} ${error.message}`).join('; ')}`,
    )
  return values
}

function merge(below: Mapping, above: Mapping): Mapping {
  const merged = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key]
    if (value === null) delete merged[key]
    else merged[key] = isMapping(value) && isMapping(under) ? merge(under, value) : value
  }
  return merged
}

/** What a template rendered to, by its name. */
export function render(chart: Chart, values: Mapping, release: Release): Map<string, string> {
  return renderTemplates(chart.templates, releaseData(chart, values, release))
}

/** What templates see. */
export function releaseData(chart: Chart, values: Mapping, { name, namespace }: Release): Mapping {
  return {
    Values: values,
    Chart: { Name: chart.about.name, Version: chart.about.version, AppVersion: chart.about.appVersion },
    Release: { Name: name, Namespace: namespace, Service: 'Helm' },
    Files: { Get: (file: Value) => chart.files.get(String(file)) ?? '' },
  }
}

/** The objects of a rendered template, read as Kubernetes reads them (YAML 1.1); empty documents left out. */
export function documentsOf<T extends object>(rendered: string): T[] {
  return parseAllDocuments(rendered, { version: '1.1', merge: false }).flatMap((document) => {
    const [error] = document.errors
    if (error !== undefined) throw error
    return document.contents === null ? [] : [document.toJS()]
  })
}
