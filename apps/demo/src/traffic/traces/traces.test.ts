import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chooseTrace, readTrace, replayTrace } from './open-trace.ts'
import { readRecordTrace } from './record-trace.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'freshet-traces-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, content: Buffer | string): string {
  const file = path.join(folder, name)
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(content) : content)
  return file
}

async function all<T>(items: AsyncIterable<T>, limit = Number.POSITIVE_INFINITY): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) {
    collected.push(item)
    if (collected.length === limit) break
  }
  return collected
}

const int32s = (ids: number[]) =>
  Buffer.concat(
    ids.map((id) => {
      const record = Buffer.alloc(4)
      record.writeUInt32BE(id)
      return record
    }),
  )

const int64s = (ids: bigint[]) =>
  Buffer.concat(
    ids.map((id) => {
      const record = Buffer.alloc(8)
      record.writeBigUInt64BE(id)
      return record
    }),
  )

describe('cache2k', () => {
  const ids = [1, 2, 1, 0xdeadbeef, 7]

  it('has four bytes a request, packed or not', async () => {
    expect(await all(readTrace(write('cache2k-a.trace', int32s(ids))))).toEqual(ids)
    expect(await all(readTrace(write('cache2k-b.trace.gz', int32s(ids))))).toEqual(ids)
  })

  it('is read across the ends of chunks, wherever they fall', async () => {
    const bytes = int32s(ids)
    for (let size = 1; size <= bytes.length; size++) {
      async function* chunks() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
      }
      expect(await all(readRecordTrace(chunks(), 4))).toEqual(ids)
    }
  })

  it('that was cut short is read up to its last whole record', async () => {
    expect(await all(readTrace(write('cache2k-cut.trace', int32s(ids).subarray(0, 18))))).toEqual(ids.slice(0, 4))
  })
})

describe('scarab', () => {
  it('has eight bytes a request, and ids that differ in either half differ', async () => {
    const ids = await all(
      readTrace(write('scarab-x.trace.gz', int64s([5n, 1n << 32n, 2n << 32n, 5n, (1n << 32n) + 5n]))),
    )
    expect(ids).toHaveLength(5)
    expect(ids[0]).toBe(ids[3])
    expect(new Set(ids).size).toBe(4)
  })
})

describe('Azure Functions', () => {
  const header = 'HashOwner,HashApp,HashFunction,Trigger,480,481,482'

  it('is drawn minute by minute in proportion to its counts', async () => {
    const file = write('azure.csv.gz', `${header}\no,a,f0,http,3,0,100\no,a,f1,queue,0,2,300\n`)
    const ids = await all(readTrace(file))
    expect(ids).toHaveLength(405)
    expect(ids.slice(0, 5)).toEqual([0, 0, 0, 1, 1])
    const second = ids.slice(5).filter((id) => id === 1).length
    expect(second).toBeGreaterThan(250)
    expect(second).toBeLessThan(350)
  })

  it('is thinned out where a minute is busier than a demo can follow', async () => {
    expect(await all(readTrace(write('azure.csv', `${header}\no,a,f0,http,9000000,1,0\n`)))).toHaveLength(6_001)
  })
})

it('reads an access log in its order and passes over lines that are none', async () => {
  const file = write(
    'erddap.csv',
    'ts_unix,key,status,bytes\n1,00000010ffff,200,5\n2,zzz,200,5\n3,00000011aaaa,404,0\n\n',
  )
  expect(await all(readTrace(file))).toEqual([16, 17])
})

describe('a folder of traces', () => {
  it('is searched for the one that is named, else for the first that can be read', async () => {
    write('a-notes.txt', 'no trace')
    write('b-odd.csv', 'some,other,columns\n1,2,3\n')
    write('c-broken.trace.gz', '')
    write('d-good.trace.gz', int32s([1]))
    write('e-other.trace', int32s([2]))
    expect(path.basename(await chooseTrace(folder))).toBe('d-good.trace.gz')
    expect(path.basename(await chooseTrace(folder, 'e-'))).toBe('e-other.trace')
    await expect(chooseTrace(folder, 'b-odd')).rejects.toThrow('some, other, columns')
    await expect(chooseTrace(folder, 'nothing')).rejects.toThrow('a trace named nothing')
    await expect(chooseTrace(path.join(folder, 'nowhere'))).rejects.toThrow('ENOENT')
  })

  it('may hold files that are not what their names say', async () => {
    writeFileSync(path.join(folder, 'x.trace.gz'), 'this was never packed')
    await expect(chooseTrace(folder)).rejects.toThrow('incorrect header check')
  })
})

it('replays a trace again and again, and ends when there is nothing in it any more', async () => {
  const file = write('cache2k.trace', int32s([1, 2, 3]))
  expect(await all(replayTrace(file), 7)).toEqual([1, 2, 3, 1, 2, 3, 1])
  truncateSync(file)
  await expect(all(replayTrace(file), 1)).rejects.toThrow('holds no requests')
})
