import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'

/** Builds a package from its sources as they are now and packs it as it would be published; resolves to the tarball. */
export async function packLibrary(packageFolder: string, into: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    path.join(CHECKOUT, 'node_modules/.bin/pnpm'),
    ['pack', '--json', '--pack-destination', into],
    { cwd: packageFolder },
  )
  // Its build speaks first.
  const { filename } = JSON.parse(stdout.slice(stdout.indexOf('{\n')))
  return path.resolve(packageFolder, filename)
}
