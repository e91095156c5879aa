import { describe, expect, test } from 'vitest'
import { caseData, cases } from './cases.ts'
import { renderTemplates } from './render-templates.ts'
import type { Mapping } from './values.ts'

function render(source: string, data: Mapping = {}, helpers = ''): string | undefined {
  const templates = [
    ['chart/templates/_helpers.tpl', helpers],
    ['chart/templates/a.yaml', source],
  ] as const
  return renderTemplates(new Map(templates), data).get('chart/templates/a.yaml')
}

test.each(cases)('%j renders as Go renders it', (source, expected) => {
  expect(render(source, caseData)).toBe(expected)
})

describe('templates', () => {
  test('include gives text that can be indented, with a dot and variables of its own', () => {
    const helpers = '{{ define "n" }}<{{ . }}{{ $ }}>{{ end }}'
    expect(render('{{ $x := 1 }}{{ include "n" .a | indent 1 }}{{ template "n" "y" }}', { a: 'x' }, helpers)).toBe(
      ' <xx><yy>',
    )
  })

  test('a template is included by the path of its file', () => {
    const templates = new Map([
      ['c/templates/a.yaml', '{{ include (printf "%s/b.yaml" $.Template.BasePath) . }}'],
      ['c/templates/b.yaml', 'b'],
    ])
    expect(renderTemplates(templates, {}).get('c/templates/a.yaml')).toBe('b')
  })

  test('text that YAML 1.1 would take for something else stays text', () => {
    expect(render('{{ dict "b" "on" "a" "012" "c" (list "~") | toYaml }}')).toBe('a: "012"\nb: "on"\nc:\n  - "~"')
  })
})

describe('what is wrong is refused, with template and line', () => {
  test.each([
    ['a\n{{ .Values.a.b }}', 'chart/templates/a.yaml: line 2: nil pointer evaluating interface {}.b'],
    ['{{ required "say it" .none }}', 'say it'],
    ['{{ fail "no" }}', 'no'],
    ['{{ unknown 1 }}', 'function "unknown" is not defined'],
    ['{{ include "missing" . }}', 'no template "missing"'],
    ['{{ if true }}', 'has no end'],
    ['{{ end }}', 'unexpected end'],
    ['{{ "a', 'not closed'],
    ['{{ $x }}', 'undefined variable $x'],
    ['{{ $x = 1 }}', '$x was not declared'],
    ['{{ eq 1 1.0 }}', 'incompatible types for comparison: int and float64'],
    ['{{ .Values }}', 'use toYaml'],
    ['{{ "a" "b" }}', "can't give argument"],
    ['{{ range "abc" }}{{ end }}', "can't iterate"],
    ['{{ printf "%s" 1 }}', 'printf %s of a int'],
  ])('%s', (source, message) => expect(() => render(source, { Values: { c: '1' } })).toThrow(message))
})
