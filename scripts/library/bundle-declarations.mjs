import path from 'node:path'
import { rollup } from 'rollup'
import { dts } from 'rollup-plugin-dts'

/** @typedef {import('./manifest.mjs').LibraryManifest} LibraryManifest */

/**
 * Rolls a library's declarations up, those of the packages that are built in among them, so that a program that uses it
 * type-checks with nothing else installed.
 *
 * TypeScript 7 has no JavaScript interface yet; the plugin takes the one of `@typescript/typescript6`.
 * @param {string} folder
 * @param {LibraryManifest} manifest
 * @returns {Promise<{ path: string, text: string }[]>} relative to the output folder. Rejects when a type cannot be written down.
 */
export async function bundleDeclarations(folder, { entries, external, workspace }) {
  const isExternal = (/** @type {string} */ id) =>
    id.startsWith('node:') || external.some((name) => id === name || id.startsWith(`${name}/`))
  const bundle = await rollup({
    input: entries,
    external: isExternal,
    plugins: [dts({ tsconfig: path.join(folder, 'tsconfig.json'), includeExternal: workspace })],
    onwarn: (warning) => {
      throw new Error(warning.message)
    },
  })
  const { output } = await bundle.generate({
    format: 'es',
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'shared/[hash].d.ts',
  })
  await bundle.close()
  const chunks = output.filter((file) => file.type === 'chunk')
  const own = new Set(chunks.map(({ fileName }) => fileName))
  for (const { fileName, imports } of chunks) {
    const strange = imports.filter((id) => !own.has(id) && !isExternal(id))
    if (strange.length > 0) throw new Error(`${fileName} needs ${strange.join(', ')}, which its users do not install`)
  }
  return chunks.map(({ fileName, code }) => ({ path: fileName, text: code }))
}
