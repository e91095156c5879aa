import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { editSources, type SourceEdit } from './source-edits.ts'

/** Builds a program of one file, `export const guarded = true`, and says what it exports. */
async function buildWith(...edits: Omit<SourceEdit, 'file'>[]): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-edits-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'program.ts')
  writeFileSync(file, 'export const guarded = true\n')
  return bundle(
    file,
    edits.map((edit) => ({ ...edit, file })),
  )
}

async function bundle(file: string, edits: SourceEdit[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    logLevel: 'silent',
    format: 'esm',
    plugins: [editSources(edits)],
  })
  return outputFiles[0]?.text ?? ''
}

test('a program is built with its source edited', async () => {
  expect(await buildWith({ edits: [['= true', '= false']] })).toContain('guarded = false')
  expect(await buildWith()).toContain('guarded = true')
})

test('a passage that is not there, or there twice, fails the build', async () => {
  await expect(buildWith({ edits: [['= maybe', '= false']] })).rejects.toThrow('has 0 times: = maybe')
  await expect(buildWith({ edits: [['r', 'l']] })).rejects.toThrow(/has [2-9] times: r/)
})

test('an edit of a file that is no part of the program fails the build', async () => {
  await expect(buildWith({ edits: [] })).resolves.toContain('guarded')
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-edits-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'program.ts')
  writeFileSync(file, 'export const guarded = true\n')
  const other = path.join(folder, 'other.ts')
  await expect(bundle(file, [{ file: other, edits: [] }])).rejects.toThrow(/other\.ts is no part of the program/)
})
