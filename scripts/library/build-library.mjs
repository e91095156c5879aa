import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { bundleCode } from './bundle-code.mjs'
import { bundleDeclarations } from './bundle-declarations.mjs'
import { readManifest } from './manifest.mjs'
import { thirdPartyNotice } from './third-party.mjs'

/**
 * Builds what a package publishes: for each of its exports an ES module with a source map, and declarations that need nothing
 * but its dependencies.
 * @param {string} folder the package's.
 * @returns {Promise<{ file: string, bytes: number }[]>} what was written, below `dist`.
 */
export async function buildLibrary(folder) {
  const outdir = path.join(folder, 'dist')
  const manifest = readManifest(folder)
  const [code, declarations] = await Promise.all([
    bundleCode(folder, manifest, outdir),
    bundleDeclarations(folder, manifest),
  ])
  const notice = thirdPartyNotice(folder, code.inputs)
  const files = [
    ...code.files.map(({ path: file, text }) => ({ file: path.relative(outdir, file), text })),
    ...declarations.map(({ path: file, text }) => ({ file, text })),
    ...(notice === '' ? [] : [{ file: 'third-party-licences.txt', text: notice }]),
  ]
  rmSync(outdir, { recursive: true, force: true })
  for (const { file, text } of files) {
    mkdirSync(path.dirname(path.join(outdir, file)), { recursive: true })
    writeFileSync(path.join(outdir, file), text)
  }
  return files.map(({ file, text }) => ({ file, bytes: Buffer.byteLength(text) }))
}
