import { bundlePrograms } from './platform/bundle-programs.mjs'

/** Bundles programs, run in their package's folder: node scripts/bundle.mjs src/main.ts → dist/main.js. */
const programs = await bundlePrograms({
  cwd: process.cwd(),
  entryPoints: process.argv.slice(2),
  outdir: 'dist',
  // esbuild has already said what is wrong, and where.
}).catch(() => process.exit(1))

for (const { file, bytes } of programs) console.log(`${file} ${Math.round(bytes / 1024)} KiB`)
