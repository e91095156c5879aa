import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { CHECKOUT } from '@freshet/scripts/platform/checkout'
import { type EmptyProject, openEmptyProject } from '@freshet/testing/empty-project'
import { packLibrary } from '@freshet/testing/pack-library'
import { publint } from 'publint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Installation, startInstallation } from './testing/installation.ts'
import { BENTOCACHE_PROGRAM, PRINTS, PROGRAM } from './testing/published-program.ts'
import { servePortal } from './testing/serve-portal.ts'

const folderOf = (library: string) => path.join(CHECKOUT, 'packages', library)
const LIBRARIES = ['client', 'keyv', 'bentocache']

let project: EmptyProject
const tarballs = new Map<string, string>()
beforeAll(async () => {
  project = openEmptyProject()
  // One after the other: each is built first, and builds are not light.
  for (const library of LIBRARIES)
    tarballs.set(library, await packLibrary(folderOf(library), path.join(project.folder, 'tarballs')))
  await project.install(
    [...tarballs.values()],
    [
      ...['lru-cache', 'zod', '@types/node'].map((name) => ({ name, from: folderOf('client') })),
      ...['keyv', 'bentocache'].map((name) => ({ name, from: folderOf(name) })),
    ],
  )
}, 300_000)
afterAll(() => project.remove())

describe.each(LIBRARIES)('@freshet/%s as it is published', (library) => {
  const installed = () => path.join(project.folder, 'node_modules/@freshet', library)
  const files = () =>
    readdirSync(installed(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.relative(installed(), path.join(parentPath, name)))

  test('holds what is built, its licence and how to use it, and nothing else', () => {
    expect(files()).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    )
    expect(files().filter((file) => !/^(?:LICENSE|README\.md|package\.json|dist\/.*)$/.test(file))).toEqual([])
  })

  test('knows neither the machine that built it nor packages that nobody can install', () => {
    for (const file of files()) {
      const text = readFileSync(path.join(installed(), file), 'utf8')
      for (const place of [CHECKOUT, homedir()]) expect(text, file).not.toContain(`${place}/`)
      if (/\.(?:js|d\.ts)$/.test(file))
        expect(text, file).not.toMatch(
          /(?:from |import\()['"](?:@freshet\/(?!client['"])|@trpc\/|superjson|\.\.?\/.*\.ts['"])/,
        )
    }
  })

  test('is what publint and arethetypeswrong call right for a package of ES modules', async () => {
    const { messages } = await publint({ pkgDir: installed(), strict: true })
    expect(messages).toEqual([])
    const tarball = readFileSync(tarballs.get(library) ?? '')
    const types = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)))
    expect(types.types).toBeTruthy()
    // Require of ES modules is Node's own since 20.19; what resolves as Node 10 did knows no exports at all.
    const known = ['NoResolution node10', 'CJSResolvesToESM node16-cjs']
    const problems = 'problems' in types ? types.problems : []
    const told = problems.map((each) => `${each.kind} ${'resolutionKind' in each ? each.resolutionKind : ''}`)
    expect(told.filter((each) => !known.includes(each))).toEqual([])
  })
})

describe('in an empty project', () => {
  let installation: Installation
  let portal: Awaited<ReturnType<typeof servePortal>>
  beforeAll(async () => {
    ;[installation, portal] = await Promise.all([startInstallation({ nodes: 2 }), servePortal()])
  })
  afterAll(async () => {
    await Promise.all([installation.stop(), portal.stop()])
  })

  test.each(['nodenext', 'bundler'] as const)('a strict program compiles and runs (%s)', async (moduleResolution) => {
    project.write('main.ts', PROGRAM)
    expect(await project.compile('main.ts', { moduleResolution })).toBe('')
    const printed = await project.run('built/main.js', {
      FRESHET_URL: installation.urls.join(','),
      FRESHET_API_KEY: installation.apiKey,
      FRESHET_PORTAL_URL: portal.url,
      PORTAL_KEY: await portal.mintKey(['admin']),
    })
    expect(JSON.parse(printed)).toEqual(PRINTS)
  })

  test('bentocache works over the driver', async () => {
    project.write('bento.ts', BENTOCACHE_PROGRAM)
    expect(await project.compile('bento.ts', { moduleResolution: 'nodenext', skipLibCheck: true })).toBe('')
    const printed = await project.run('built/bento.js', {
      FRESHET_URL: installation.url,
      FRESHET_API_KEY: installation.apiKey,
    })
    expect(JSON.parse(printed)).toEqual({ hit: 1, afterDelete: 2 })
  })
})
