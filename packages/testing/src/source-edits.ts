import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/** A change to one source file, made while a program is built and nowhere else. */
export interface SourceEdit {
  /** Absolute path. */
  file: string
  /** What is found, exactly once, and what replaces it. */
  edits: readonly (readonly [string, string])[]
}

/**
 * An esbuild plugin that builds a program with its sources edited, so that a test can take a guard out of the product
 * without the product knowing how to be unsafe. The build fails when a passage is not found exactly once, or when a file
 * is no part of the program: then the code has moved on and the edit must too.
 */
export function editSources(sources: readonly SourceEdit[]): Plugin {
  return {
    name: 'edit-sources',
    setup({ onLoad, onEnd }) {
      const met = new Set<string>()
      onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const changes = sources.filter((source) => source.file === file)
        if (changes.length === 0) return undefined
        met.add(file)
        const edits = changes.flatMap((change) => change.edits)
        return { contents: applyEdits(await readFile(file, 'utf8'), file, edits), loader: 'ts' }
      })
      onEnd(() => ({
        errors: sources
          .filter(({ file }) => !met.has(file))
          .map(({ file }) => ({ text: `${file} is no part of the program` })),
      }))
    },
  }
}

/** Throws unless each passage is found exactly once. */
export function applyEdits(source: string, file: string, edits: SourceEdit['edits']): string {
  return edits.reduce((text, [found, replacement]) => {
    const parts = text.split(found)
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${found}`)
    return parts.join(replacement)
  }, source)
}
