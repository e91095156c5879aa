import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { findingRules } from '../packages/core/src/contracts/findings.ts'
import { errorCodes } from '../packages/core/src/errors/codes.ts'

const checkout = path.resolve(import.meta.dirname, '..')
const read = (...names: string[]) => readFileSync(path.join(checkout, ...names), 'utf8')
const documents = [
  'README.md',
  ...readdirSync(path.join(checkout, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join('docs', name)),
]

/** The anchor that a Markdown heading gets. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const anchorsIn = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

describe('docs/failure-modes.md', () => {
  const sections = new Map(
    read('docs/failure-modes.md')
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.split('\n')[0] ?? '', section]),
  )

  test.each(Object.entries(errorCodes))('explains %s under its own heading, with its status', (code, { status }) => {
    expect(sections.get(code)).toContain(`**${status}.**`)
  })

  test('explains no code that does not exist', () => {
    expect([...sections.keys()].filter((code) => !(code in errorCodes))).toEqual([])
  })
})

test('docs/production-checklist.md has one line for each finding, with what production does about it', () => {
  const lines = [...read('docs/production-checklist.md').matchAll(/^- \[ \] (.*)$/gm)].map(([, line = '']) => line)
  const said = lines.map((line) => line.split('. ', 1)[0])
  const done = { refuse: 'refused', warn: 'warned', info: 'told' }
  const expected = Object.entries(findingRules).map(([code, { production }]) => `\`${code}\` ${done[production]}`)
  expect(said.toSorted()).toEqual(expected.toSorted())
})

describe('docs/configuration.md and .env.example', () => {
  const readers = ['cache-node', 'worker', 'web', 'demo'].map((app) => `apps/${app}/src/env.ts`)
  const variables = readers.flatMap((file) =>
    [...read(file).matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name),
  )

  test.each([...new Set(variables)])('name %s', (variable) => {
    expect(read('docs/configuration.md')).toContain(`\`${variable}\``)
    expect(read('.env.example')).toMatch(new RegExp(`^#?${variable}=`, 'm'))
  })
})

describe.each(documents)('%s', (file) => {
  const text = read(file)
  const links = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target = '']) => target,
  )

  test('links only to what exists', () => {
    for (const target of links.filter((link) => !/^[a-z]+:/.test(link))) {
      const [name = '', anchor] = target.split('#')
      const linked = name === '' ? file : path.join(path.dirname(file), name)
      expect(existsSync(path.join(checkout, linked)), target).toBe(true)
      if (anchor !== undefined) expect(anchorsIn(read(linked)), target).toContain(anchor)
    }
  })

  test('has one title', () => {
    // Comments inside code blocks begin as titles do.
    expect(text.replaceAll(/```[\s\S]*?```/g, '').match(/^# /gm)).toHaveLength(1)
  })
})
