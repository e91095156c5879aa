import path from 'node:path'
import { editSources } from '@freshet/testing/source-edits'
import { build } from 'esbuild'
import type { Mutant } from './mutant.ts'

const SOURCES = path.join(import.meta.dirname, '../..')

/**
 * Makes one script of a module of this package (`entry`, below `src/`) and all that it needs, with one guard taken out of
 * the sources (null: as they are), so that nothing in the product has to know how to be unsafe. Throws when the guard is
 * not found where the mutant says: then the code has moved on and the mutant must too.
 */
export async function bundleScript(entry: string, format: 'esm' | 'cjs', mutant: Mutant | null): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path.join(SOURCES, entry)],
    bundle: true,
    write: false,
    format,
    platform: 'node',
    target: 'node20',
    plugins: mutant === null ? [] : [editSources([{ file: path.join(SOURCES, mutant.file), edits: mutant.edits }])],
  })
  return outputFiles[0]?.text ?? ''
}
