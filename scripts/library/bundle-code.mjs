import path from 'node:path'
import { build } from 'esbuild'
import { publicSource } from './public-source.mjs'

/** @typedef {import('./manifest.mjs').LibraryManifest} LibraryManifest */

/**
 * Bundles a library's code, what several entries share in files of their own: one error class, whichever entry threw it.
 * @param {string} folder
 * @param {LibraryManifest} manifest
 * @param {string} outdir
 * @returns {Promise<{ files: { path: string, text: string }[], inputs: string[] }>} files to write, and the sources (relative
 * to the folder) whose code is in them.
 */
export async function bundleCode(folder, { entries, external }, outdir) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: entries,
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'shared/[hash]',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    format: 'esm',
    target: 'es2022',
    external: external.concat('node:*'),
    sourcemap: 'linked',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  return {
    files: outputFiles.map(({ path: file, text }) => ({
      path: file,
      text: file.endsWith('.map') ? withPublicSources(text, path.dirname(file)) : text,
    })),
    inputs: Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([input]) => input),
    ),
  }
}

/**
 * @param {string} map a source map.
 * @param {string} folder where it will lie.
 */
function withPublicSources(map, folder) {
  const parsed = JSON.parse(map)
  return JSON.stringify({
    ...parsed,
    sources: parsed.sources.map((/** @type {string} */ source) => publicSource(path.resolve(folder, source))),
  })
}
