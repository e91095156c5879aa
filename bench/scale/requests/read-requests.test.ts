import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { readRequests } from './read-requests.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'requests-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, bytes: Buffer): string {
  const file = path.join(folder, name)
  writeFileSync(file, bytes)
  return file
}

test('a record of four bytes is a request, packed or not; what is left over is none', async () => {
  const bytes = Buffer.from([0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0xff])
  const plain = await readRequests(write('web.trace', bytes))
  const packed = await readRequests(write('web2.trace.gz', gzipSync(bytes)))
  expect(plain).toEqual({ source: 'web', keys: ['trace:00000001', 'trace:00000002', 'trace:00000001'] })
  expect(packed.keys).toEqual(plain.keys)
})

test('those of Scarab are eight bytes long', async () => {
  const { keys } = await readRequests(write('scarab-recs.trace', Buffer.alloc(16, 1)))
  expect(keys).toEqual(['trace:0101010101010101', 'trace:0101010101010101'])
})

test('a file without requests is refused', async () => {
  await expect(readRequests(write('empty.trace', Buffer.alloc(3)))).rejects.toThrow('holds no requests')
})

test('drawn requests are the same every time, and some keys come far more often than others', {
  timeout: 30_000,
}, async () => {
  const { keys } = await readRequests(null)
  expect((await readRequests(null)).keys.slice(0, 100)).toEqual(keys.slice(0, 100))
  const first = keys.filter((key) => key === 'drawn:0').length
  const thousandth = keys.filter((key) => key === 'drawn:999').length
  expect(first).toBeGreaterThan(50 * thousandth)
  expect(thousandth).toBeGreaterThan(0)
})
