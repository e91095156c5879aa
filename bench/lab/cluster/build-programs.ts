import path from 'node:path'
import { bundlePrograms } from '@freshet/scripts/platform/bundle-programs'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { editSources, type SourceEdit } from '@freshet/testing/source-edits'

/** Builds the node from the sources as they are now, with or without edits. @returns the program; well under a second. */
export function buildNode(folder: string, edits: readonly SourceEdit[] = []): Promise<string> {
  return build('cache-node', folder, edits)
}

/** Builds the worker. @returns the program. */
function buildWorker(folder: string): Promise<string> {
  return build('worker', folder, [])
}

/** Builds both. */
export async function buildPrograms(folder: string): Promise<{ node: string; worker: string }> {
  const [node, worker] = await Promise.all([buildNode(folder), buildWorker(folder)])
  return { node, worker }
}

async function build(app: string, folder: string, edits: readonly SourceEdit[]): Promise<string> {
  const outdir = path.join(folder, app)
  const cwd = path.join(CHECKOUT, 'apps', app)
  await bundlePrograms({ cwd, entryPoints: ['src/main.ts'], outdir, plugins: [editSources(edits)] })
  return path.join(outdir, 'main.js')
}
