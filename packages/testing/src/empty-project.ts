import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { copyInstalled, type InstalledPackage } from './installed-packages.ts'
import { scratchFolder } from './scratch-folder.ts'

const run = promisify(execFile)
const MAX_OUTPUT_BYTES = 16 << 20

interface CompileOptions {
  moduleResolution: 'nodenext' | 'bundler'
  /** Whether declarations of libraries are taken as they are; they are not unless said. */
  skipLibCheck?: boolean
}

/** A project of nobody's, outside of this repository. */
export interface EmptyProject {
  readonly folder: string
  /** Adds a file, e.g. `main.ts`. */
  write(file: string, text: string): void
  /** Installs tarballs by npm, and what they and the project's own programs need, in the versions that are installed here. */
  install(tarballs: readonly string[], beside: readonly InstalledPackage[]): Promise<void>
  /** Compiles a program, libraries' types included, to `built/`; what the compiler has to say, empty when nothing is wrong. */
  compile(file: string, options: CompileOptions): Promise<string>
  /** Runs a program with node; resolves to what it printed. Rejects with all that it said when it fails. */
  run(file: string, env: Readonly<Record<string, string>>): Promise<string>
  remove(): void
}

export function openEmptyProject(): EmptyProject {
  const { folder, remove } = scratchFolder('project')
  const write = (file: string, text: string) => writeFileSync(path.join(folder, file), text)
  write('package.json', JSON.stringify({ name: 'empty', private: true, type: 'module' }))
  return {
    folder,
    write,
    async install(tarballs, beside) {
      const copies = copyInstalled(beside, path.join(folder, 'installed-here'))
      // No registry is asked, so that this holds on a machine without a network too.
      const options = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund']
      const cache = path.join(folder, 'npm-cache')
      await run('npm', ['install', ...options, '--cache', cache, ...tarballs, ...copies], { cwd: folder })
    },
    async compile(file, { moduleResolution, skipLibCheck = false }) {
      const module = moduleResolution === 'nodenext' ? 'nodenext' : 'esnext'
      const checks = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck }
      const compilerOptions = {
        ...checks,
        module,
        moduleResolution,
        target: 'ES2022',
        types: ['node'],
        outDir: 'built',
      }
      write('tsconfig.json', JSON.stringify({ compilerOptions, include: [file] }))
      const tsc = path.join(CHECKOUT, 'node_modules/.bin/tsc')
      return run(tsc, ['-p', folder], { maxBuffer: MAX_OUTPUT_BYTES }).then(
        () => '',
        (failure: { stdout?: string; stderr?: string }) => `${failure.stdout}${failure.stderr}`,
      )
    },
    async run(file, env) {
      const { stdout } = await run(process.execPath, [file], { cwd: folder, env: { ...env } })
      return stdout
    },
    remove,
  }
}
