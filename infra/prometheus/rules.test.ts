import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { selectorsOf } from './promql.ts'

interface Rule {
  record?: string
  alert?: string
  expr: string
  for?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

const checkout = path.resolve(import.meta.dirname, '../..')
const folder = path.join(import.meta.dirname, 'rules')
const rules: Rule[] = readdirSync(folder)
  .flatMap((file) => parse(readFileSync(path.join(folder, file), 'utf8')).groups)
  .flatMap((group: { rules: Rule[] }) => group.rules)
const alerts = rules.filter((rule) => rule.alert !== undefined)
const recorded = rules.flatMap((rule) => rule.record ?? [])

test('no two rules share a name', () => {
  const names = rules.map((rule) => rule.record ?? rule.alert)
  expect(new Set(names).size).toBe(names.length)
})

test('a recorded figure that a rule asks for is one that is recorded', () => {
  const asked = rules
    .flatMap((rule) => selectorsOf(rule.expr))
    .map(({ name }) => name)
    .filter((name) => name.includes(':'))
  expect(asked.length).toBeGreaterThan(0)
  for (const name of asked) expect(recorded).toContain(name)
})

describe.each(alerts.map((rule) => [rule.alert, rule] as const))('alert %s', (_, rule) => {
  test('waits before it speaks, and says how urgent it is', () => {
    expect(rule.for).toMatch(/^\d+[sm]$/)
    expect(rule.labels?.severity).toMatch(/^(page|ticket)$/)
  })

  test('says what is wrong and names a runbook that exists', () => {
    expect(rule.annotations?.summary).toBeTruthy()
    expect(rule.annotations?.description).toBeTruthy()
    expect(existsSync(path.join(checkout, rule.annotations?.runbook ?? 'none')), rule.annotations?.runbook).toBe(true)
  })
})
