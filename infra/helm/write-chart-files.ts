/** Writes what follows from other files: `pnpm --filter @freshet/infra chart`. A test fails while it is behind. */
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chartFolder, followingFiles } from './chart-files.ts'

for (const [name, text] of followingFiles()) {
  const file = path.join(chartFolder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}
