import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { FINDING_CODES } from '../../packages/core/src/contracts/findings.ts'
import { describeValues } from './describe-values.ts'
import { spareSettings } from './spare-settings.ts'

export const chartFolder = path.join(import.meta.dirname, 'freshet')
const infra = path.resolve(import.meta.dirname, '..')
const TABLE = /(?<=<!-- values: .* -->\n\n)[\s\S]*?(?=\n\n<!-- end of values -->)/

/**
 * Files of the chart that follow from others, by their place in it. A chart reads nothing outside its own folder, so it has
 * copies of rules and dashboards; its README lists what values.yaml says; its schema names the settings and findings that programs know.
 */
export function followingFiles(): Map<string, string> {
  const copies = [
    { from: 'prometheus/rules', to: 'files/rules' },
    { from: 'grafana/dashboards', to: 'files/dashboards' },
  ].flatMap(({ from, to }) =>
    readdirSync(path.join(infra, from)).map((name): [string, string] => [
      `${to}/${name}`,
      readFileSync(path.join(infra, from, name), 'utf8'),
    ]),
  )
  const readme = readFileSync(path.join(chartFolder, 'README.md'), 'utf8')
  const table = describeValues(readFileSync(path.join(chartFolder, 'values.yaml'), 'utf8'))
  const schema = JSON.parse(readFileSync(path.join(chartFolder, 'values.schema.json'), 'utf8'))
  for (const [component, names] of Object.entries(spareSettings()))
    schema.properties[component].properties.settings.propertyNames = { enum: names }
  schema.properties.coherence.properties.acceptedFindings.items = { enum: FINDING_CODES }
  return new Map([
    ...copies,
    ['README.md', readme.replace(TABLE, () => table)],
    ['values.schema.json', `${JSON.stringify(schema, null, 2)}\n`],
  ])
}
