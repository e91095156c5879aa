import { cpSync } from 'node:fs'
import path from 'node:path'
import { build } from 'esbuild'
import { CHECKOUT } from './platform/checkout.mjs'

/**
 * Bundles a program, run in its package's folder: node scripts/bundle.mjs src/main.ts → dist/main.js (paths below src/ are
 * kept). Everything is inside but Node itself, so that a program starts fast and an image needs no node_modules.
 */
const entryPoints = process.argv.slice(2)
const LUA = path.join(CHECKOUT, 'packages/redis/src/lua')

const { metafile } = await build({
  entryPoints,
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
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
  // esbuild has already said what is wrong, and where.
}).catch(() => process.exit(1))

for (const [file, { bytes, entryPoint, inputs }] of Object.entries(metafile.outputs)) {
  if (!entryPoint) continue
  console.log(`${file} ${Math.round(bytes / 1024)} KiB`)
  // The adapters read their scripts from lua/ beside their own module, which is now the bundle.
  if (Object.keys(inputs).some((input) => input.includes('packages/redis/src/'))) {
    cpSync(LUA, path.join(path.dirname(file), 'lua'), { recursive: true })
  }
}
