import { buildLibrary } from './library/build-library.mjs'

/** Builds a package that is published, run in its folder: node ../../scripts/build-library.mjs → dist/. */
const files = await buildLibrary(process.cwd())

for (const { file, bytes } of files) console.log(`${file} ${(bytes / 1024).toFixed(1)} KiB`)
