import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import type { Mutant } from './mutant.ts'

const SOURCES = path.join(import.meta.dirname, '../..')

/**
 * Makes one script of a module of this package (`entry`, below `src/`) and all that it needs, with one guard taken out of
 * the sources (null: as they are), so that nothing in the product has to know how to be unsafe. Throws when the guard is
 * not found where the mutant says: then the code has moved on and the mutant must too.
 */
export async function bundleScript(entry: string, format: 'esm' | 'cjs', mutant: Mutant | null): Promise<string> {
  const target = mutant && path.join(SOURCES, mutant.file)
  let met = false
  const { outputFiles } = await build({
    entryPoints: [path.join(SOURCES, entry)],
    bundle: true,
    write: false,
    format,
    platform: 'node',
    target: 'node20',
    plugins: [
      {
        name: 'mutate',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
            if (mutant === null || file !== target) return undefined
            met = true
            return { contents: edit(await readFile(file, 'utf8'), mutant), loader: 'ts' }
          })
        },
      },
    ],
  })
  if (mutant !== null && !met) throw new Error(`${mutant.file} is no part of ${entry}`)
  return outputFiles[0]?.text ?? ''
}

function edit(source: string, { file, edits }: Mutant): string {
  return edits.reduce((text, [found, replacement]) => {
    const parts = text.split(found)
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${found}`)
    return parts.join(replacement)
  }, source)
}
