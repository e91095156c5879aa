import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { validate } from 'dockerfile-utils'
import { describe, expect, test } from 'vitest'
import { parseDockerIgnore } from './docker-ignore.ts'
import { imagesOf, lineageOf, readStages } from './stages.ts'

const checkout = path.resolve(import.meta.dirname, '../..')
const text = readFileSync(path.join(import.meta.dirname, 'Dockerfile'), 'utf8')
const stages = readStages(text)
const hidden = parseDockerIgnore(readFileSync(path.join(checkout, '.dockerignore'), 'utf8'))

test('the Dockerfile has no fault that a linter knows', () => {
  expect(validate(text).map((fault) => `line ${fault.range.start.line + 1}: ${fault.message}`)).toEqual([])
})

test('there is one image for each part of the platform', () => {
  expect(imagesOf(stages).map((stage) => stage.name)).toEqual(['cache-node', 'worker', 'web', 'migrate', 'demo'])
})

test('every stage starts from a pinned tag or from another stage', () => {
  const image = /^ARG NODE_IMAGE=(\S+)$/m.exec(text)?.[1]
  expect(image).toMatch(/^node:24-[a-z]+-slim$/)
  const names = new Set(stages.map((stage) => stage.name))
  for (const stage of stages) expect(stage.base === `\${NODE_IMAGE}` || names.has(stage.base), stage.base).toBe(true)
})

test('whatever is copied from the context exists and is not hidden from it', () => {
  const copies = stages.flatMap((stage) => stage.steps).filter((step) => step.keyword === 'COPY')
  const fromContext = copies.filter((step) => step.from === null).flatMap((step) => step.words.slice(0, -1))
  expect(fromContext.length).toBeGreaterThan(2)
  for (const source of fromContext.filter((item) => item !== '.')) {
    expect(existsSync(path.join(checkout, source)), source).toBe(true)
    expect(hidden(source), source).toBe(false)
  }
})

describe.each(imagesOf(stages).map((stage) => [stage.name, stage] as const))('image %s', (_, stage) => {
  const lineage = lineageOf(stage, stages)
  const steps = lineage.flatMap((ancestor) => ancestor.steps)

  test('runs as a numeric user that is not root', () => {
    expect(steps.findLast((step) => step.keyword === 'USER')?.words[0]).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  test('carries no build tools: none of its ancestors runs a command', () => {
    expect(steps.filter((step) => step.keyword === 'RUN')).toEqual([])
  })

  test('starts Node itself, so that SIGTERM reaches it and not a shell', () => {
    expect(steps.findLast((step) => step.keyword === 'CMD')?.raw).toMatch(/^\["node", /)
  })

  test('bakes no secret in', () => {
    const names = steps.flatMap((step) => (step.keyword === 'ARG' ? step.words : Object.keys(step.env)))
    expect(names).toContain('NODE_ENV')
    for (const name of names) expect(name).not.toMatch(/SECRET|PASSWORD|TOKEN|_URL/)
  })

  if (stage.name !== 'migrate')
    test('says whether it is healthy', () => {
      expect(steps.some((step) => step.keyword === 'HEALTHCHECK')).toBe(true)
    })
})
