import { type Html, html, inline } from './html.ts'
import type { Schema } from './read-document.ts'

/** A schema as nested definition lists; named schemas are links to their own section. */
export function renderSchema(schema: Schema): Html {
  if ('$ref' in schema) return html`<p>${renderType(schema)}</p>`
  if (schema.oneOf)
    return html`<ol class="variants">${schema.oneOf.map((each) => html`<li>${renderSchema(each)}</li>`)}</ol>`
  if (schema.properties) return renderMembers(schema.properties, schema.required ?? [])
  return html`<p>${renderType(schema)}${renderRules(schema)}</p>${renderInner(schema)}`
}

function renderMembers(members: Record<string, Schema>, required: readonly string[]): Html {
  return html`<dl class="members">${Object.entries(members).map(
    ([name, schema]) =>
      html`<dt><code>${name}</code> ${renderType(schema)}${required.includes(name) ? null : html` <span class="note">optional</span>`}</dt>
<dd>${'$ref' in schema ? null : html`${inline(schema.description ?? '')}${renderRules(schema)}`}${renderInner(schema)}</dd>`,
  )}</dl>`
}

/** What lies inside an array, a map or an object that is a member. */
function renderInner(schema: Schema): Html | null {
  if ('$ref' in schema) return null
  if (schema.oneOf || schema.properties) return renderSchema(schema)
  if (schema.items !== undefined && isComplex(schema.items)) return renderSchema(schema.items)
  const values = schema.additionalProperties
  return typeof values === 'object' && isComplex(values) ? renderSchema(values) : null
}

function isComplex(schema: Schema): boolean {
  return !('$ref' in schema) && (schema.properties !== undefined || schema.oneOf !== undefined)
}

function renderType(schema: Schema): Html {
  if ('$ref' in schema) {
    const name = String(schema.$ref).split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (schema.enum)
    return html`<span class="type">${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}</span>`
  const type = [schema.type ?? (schema.oneOf || schema.anyOf ? 'one of' : 'any')].flat().join(' | ')
  const format = schema.format === undefined ? '' : ` (${schema.format})`
  const of = schema.items !== undefined && !isComplex(schema.items) ? html` of ${renderType(schema.items)}` : null
  return html`<span class="type">${type}${format}${of}</span>`
}

const RULES: readonly [rule: keyof Exclude<Schema, { $ref: string }>, words: string][] = [
  ['minimum', 'at least'],
  ['exclusiveMinimum', 'above'],
  ['maximum', 'at most'],
  ['minLength', 'length at least'],
  ['maxLength', 'length at most'],
  ['maxItems', 'items at most'],
  ['default', 'default'],
]

export function renderRules(schema: Exclude<Schema, { $ref: string }>): Html | null {
  const rules = RULES.flatMap(([rule, words]) =>
    schema[rule] === undefined || (rule === 'minimum' && schema.exclusiveMinimum !== undefined)
      ? []
      : [`${words} ${String(schema[rule])}`],
  )
  return rules.length === 0 ? null : html` <span class="note">${rules.join(', ')}</span>`
}
