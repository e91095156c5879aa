import { cpSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { CHECKOUT } from './checkout.mjs'

const LUA = path.join(CHECKOUT, 'packages/redis/src/lua')

/**
 * Bundles programs of one package. Everything is inside but Node itself, so that a program starts fast and an image needs
 * no node_modules.
 * @param {object} options
 * @param {string} options.cwd the package's folder.
 * @param {string[]} options.entryPoints e.g. `src/main.ts`; paths below src/ are kept.
 * @param {string} options.outdir
 * @param {import('esbuild').Plugin[]} [options.plugins]
 * @returns {Promise<{ file: string, bytes: number }[]>} the programs, relative to `cwd`. Rejects when esbuild does, which
 * has then said what is wrong, and where.
 */
export async function bundlePrograms({ cwd, entryPoints, outdir, plugins = [] }) {
  const { metafile } = await build({
    absWorkingDir: cwd,
    entryPoints,
    outdir,
    outbase: 'src',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
    plugins,
    banner: {
      // CommonJS dependencies still call these; an ES module has none of them.
      js: [
        "import { createRequire as __createRequire } from 'node:module'",
        "import { fileURLToPath as __fileURLToPath } from 'node:url'",
        "import { dirname as __dirnameOf } from 'node:path'",
        'const require = __createRequire(import.meta.url)',
        'const __filename = __fileURLToPath(import.meta.url)',
        'const __dirname = __dirnameOf(__filename)',
      ].join(';'),
    },
  })
  const programs = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint)
  for (const [file, { inputs }] of programs) {
    // The adapters read their scripts from lua/ beside their own module, which is now the bundle.
    if (Object.keys(inputs).some((input) => input.includes('packages/redis/src/')))
      cpSync(LUA, path.join(cwd, path.dirname(file), 'lua'), { recursive: true })
  }
  return programs.map(([file, { bytes }]) => ({ file, bytes }))
}
