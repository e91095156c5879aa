import type { Manifest } from './manifest.ts'
import { trackReads } from './read-tracker.ts'

/** A class of kubernetes-models: its prototype checks what it is called on. */
interface Model {
  prototype: { validate(): void }
}

/** What Kubernetes' schema, or that of an operator's kind, has against an object: wrong values, and fields unknown to it. */
export async function schemaFaults(manifest: Manifest): Promise<string[]> {
  const model = await modelOf(manifest)
  const { tracked, unread } = trackReads(manifest)
  const wrong: string[] = []
  try {
    model.prototype.validate.call(tracked)
  } catch (error) {
    wrong.push(String(error))
  }
  return [...wrong, ...unread().map((path) => `${path} is unknown`)]
}

async function modelOf({ apiVersion, kind }: Manifest): Promise<Model> {
  const module = await import(`${packageOf(apiVersion)}/${apiVersion}/${kind}`)
  return module[kind]
}

function packageOf(apiVersion: string): string {
  if (apiVersion.startsWith('monitoring.coreos.com/')) return '@kubernetes-models/prometheus-operator'
  return apiVersion.startsWith('cert-manager.io/') ? '@kubernetes-models/cert-manager' : 'kubernetes-models'
}
