import { readFileSync } from 'node:fs'
import path from 'node:path'

const checkout = path.resolve(import.meta.dirname, '../..')
const read = (...names: string[]) => readFileSync(path.join(checkout, ...names), 'utf8')

/** By the name of a component's values: where its program reads its settings, and where the chart sets some of them. */
const COMPONENTS = {
  cacheNode: {
    reads: 'apps/cache-node/src/env.ts',
    templates: ['cache-node/settings.yaml', 'cache-node/statefulset.yaml'],
  },
  worker: { reads: 'apps/worker/src/env.ts', templates: ['worker/settings.yaml', 'worker/deployment.yaml'] },
  portal: { reads: 'apps/web/src/env.ts', templates: ['portal/settings.yaml', 'portal/deployment.yaml'] },
}
/** An image says so itself. */
const OF_IMAGES = ['NODE_ENV']

/**
 * Settings that a program reads and the chart leaves to `settings`, by component. A misspelt one would be ignored by the
 * program without a word, and one that the chart sets as well would stand there twice.
 */
export function spareSettings(): Record<string, string[]> {
  const shared = read('infra/helm/freshet/templates/_pod.tpl')
  return Object.fromEntries(
    Object.entries(COMPONENTS).map(([component, { reads, templates }]) => {
      const texts = [shared, ...templates.map((name) => read('infra/helm/freshet/templates', name))]
      const names = [...read(reads).matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].flatMap(([, name]) => name ?? [])
      const spare = names.filter(
        (name) => !OF_IMAGES.includes(name) && !texts.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
      )
      return [component, spare.toSorted()]
    }),
  )
}
