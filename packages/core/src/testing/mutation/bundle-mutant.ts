import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundleScript } from './bundle-script.ts'
import type { Mutant } from './mutant.ts'

/** Loads a module of this package (`entry`, below `src/`) with one guard taken out of the sources: see `bundleScript`. */
export async function bundleMutant(entry: string, mutant: Mutant): Promise<Record<string, unknown>> {
  const script = await bundleScript(entry, 'esm', mutant)
  const folder = await mkdtemp(path.join(tmpdir(), 'freshet-mutant-'))
  try {
    const file = path.join(folder, 'mutant.mjs')
    await writeFile(file, script)
    return await import(/* @vite-ignore */ pathToFileURL(file).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}
