import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { explain } from './explain.ts'
import { readLoadOptions } from './load-options.ts'
import { readSeedOptions } from './seed-options.ts'
import { findTarget } from './target.ts'

describe('npm run load', () => {
  test('has defaults for everything', () => {
    expect(readLoadOptions([])).toMatchObject({
      ratePerSecond: 500,
      durationMs: 30_000,
      mix: { read: 0.95, write: 0.03, invalidate: 0.02 },
      namespaces: ['load'],
      meanBytes: 2_048,
      routing: 'ring',
      limits: { p99Ms: null, errorShare: 0.01 },
    })
  })

  test('reads what is said', () => {
    const said =
      '--rate 50 --seconds 0.5 --mix read=1,write=1 --size 1.5kb --max-p99 20 --max-errors 0.001 --routing any'
    expect(readLoadOptions(said.split(' '))).toMatchObject({
      ratePerSecond: 50,
      durationMs: 500,
      mix: { read: 0.5, write: 0.5, invalidate: 0 },
      meanBytes: 1_536,
      routing: 'any',
      limits: { p99Ms: 20, errorShare: 0.001 },
    })
    expect(readLoadOptions(['--max-errors', '0.1%'])).toMatchObject({ limits: { errorShare: 0.001 } })
  })

  test.each([
    ['--rate fast', '--rate is a number, not "fast"'],
    ['--rate 0', '--rate is at least 0.1, not 0'],
    ['--count 1.5', '--count is a whole number, not 1.5'],
    ['--size big', '--size is a size such as 900, 2kb or 1mb, not "big"'],
    ['--mix read=9,guess=1', '--mix knows read, write, invalidate, not "guess"'],
    ['--mix read=0', '--mix has no operation in it'],
    ['--mix read', '--mix read is a number'],
    ['--routing near', '--routing is ring or any, not "near"'],
    ['--max-errors 200%', '--max-errors is at most 100, not 200'],
    ['--namespaces a:b', '--namespaces names namespaces'],
    ['--speed 9', "Unknown option '--speed'"],
  ])('%s: says what is wrong', (said, message) => {
    expect(() => readLoadOptions(said.split(' '))).toThrow(message)
  })
})

test('npm run seed reads what is said, and knows its own options', () => {
  expect(readSeedOptions(['--count', '10', '--namespaces', 'a,b', '--ttl', '60'])).toMatchObject({
    count: 10,
    namespaces: ['a', 'b'],
    ttlMs: 60_000,
  })
  expect(() => readSeedOptions(['--count', '0'])).toThrow('--count is at least 1, not 0')
  expect(() => readSeedOptions(['--rate', '1'])).toThrow("Unknown option '--rate'")
  expect(readSeedOptions(['--help'])).toBe('help')
})

test('a wrong option is told in a sentence, an unexpected failure with all that is known', () => {
  const told = (args: string[]) => {
    try {
      readLoadOptions(args)
      return ''
    } catch (error) {
      return explain(error, 'see --help')
    }
  }
  expect(told(['--rate', 'x'])).toBe('--rate is a number, not "x"\nsee --help')
  expect(told(['--nonsense'])).toContain('see --help')
  expect(explain(new RangeError('a bug'), 'see --help')).toContain('options.test.ts')
})

describe('where requests go', () => {
  const checkout = () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'freshet-target-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    return folder
  }
  const demo = { nodes: ['http://localhost:9400', 'http://localhost:9401'], apiKey: 'fk_demo' }
  const withDemo = (folder: string, name = '.freshet') => {
    mkdirSync(path.join(folder, name))
    writeFileSync(path.join(folder, name, 'demo.json'), JSON.stringify({ ...demo, portal: 'http://localhost:3000' }))
    return folder
  }

  test('the command line counts more than the environment, and that more than what npm start wrote', () => {
    const folder = withDemo(checkout())
    const env = { FRESHET_URL: 'http://env:9400', FRESHET_API_KEY: 'fk_env' }
    expect(findTarget({ url: 'http://a:1, http://b:2', key: 'fk' }, env, folder)).toEqual({
      urls: ['http://a:1', 'http://b:2'],
      apiKey: 'fk',
    })
    expect(findTarget({}, env, folder)).toEqual({ urls: ['http://env:9400'], apiKey: 'fk_env' })
    expect(findTarget({}, {}, folder)).toEqual({ urls: demo.nodes, apiKey: 'fk_demo' })
    const elsewhere = withDemo(checkout(), 'data')
    expect(findTarget({}, { FRESHET_DATA_DIR: 'data' }, elsewhere).apiKey).toBe('fk_demo')
  })

  test("the demo's key is never sent to another installation", () => {
    expect(() => findTarget({ url: 'http://a:1' }, {}, withDemo(checkout()))).toThrow('there is no API key')
  })

  test('nowhere is said to be nowhere', () => {
    expect(() => findTarget({}, {}, checkout())).toThrow('npm start in another terminal')
    expect(() => findTarget({ url: 'localhost:9400', key: 'fk' }, {}, checkout())).toThrow('not "localhost:9400"')
  })
})
