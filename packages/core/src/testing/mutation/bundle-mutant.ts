import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Mutant } from '../simulated-cluster/mutants.ts'

const SOURCES = path.join(import.meta.dirname, '../..')

/**
 * Builds a module of this package (`entry`, below `src/`) with one guard taken out of the sources, and loads it, so that
 * nothing in the product has to know how to be unsafe. Throws when the guard is not found where the mutant says: then the
 * code has moved on and the mutant must too.
 */
export async function bundleMutant(entry: string, mutant: Mutant): Promise<Record<string, unknown>> {
  const target = path.join(SOURCES, mutant.file)
  let met = false
  const { outputFiles } = await build({
    entryPoints: [path.join(SOURCES, entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    plugins: [
      {
        name: 'mutate',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
            if (file !== target) return undefined
            met = true
            return { contents: edit(await readFile(file, 'utf8'), mutant), loader: 'ts' }
          })
        },
      },
    ],
  })
  if (!met) throw new Error(`${mutant.file} is no part of ${entry}`)
  const folder = await mkdtemp(path.join(tmpdir(), 'freshet-mutant-'))
  try {
    const file = path.join(folder, 'mutant.mjs')
    await writeFile(file, outputFiles[0]?.contents ?? '')
    return await import(/* @vite-ignore */ pathToFileURL(file).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function edit(source: string, { file, edits }: Mutant): string {
  return edits.reduce((text, [found, replacement]) => {
    const parts = text.split(found)
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${found}`)
    return parts.join(replacement)
  }, source)
}
