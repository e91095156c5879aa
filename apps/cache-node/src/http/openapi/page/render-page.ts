import { createHash } from 'node:crypto'
import type { OpenApiDocument } from '../document.ts'
import { Html, html, prose } from './html.ts'
import { type Endpoint, endpointsOf } from './read-document.ts'
import { renderEndpoint } from './render-endpoint.ts'
import { renderSchema } from './render-schema.ts'
import { STYLE } from './style.ts'

/** The page takes nothing from anywhere, runs nothing, and may be framed by nobody; its own style is known by its hash. */
export const PAGE_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The document as one page for people, without scripts or assets of any kind. */
export function renderPage(document: OpenApiDocument): string {
  const endpoints = endpointsOf(document)
  const groups = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    endpoints: endpoints.filter(({ operation }) => operation.tags?.includes(name)),
  }))
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${document.info.title}: HTTP API</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
</head>
<body>
<nav aria-label="Contents">
<p class="brand"><a href="#top">${document.info.title}</a> <span class="note">${document.info.version}</span></p>
${groups.map(({ name, endpoints }) => renderContents(name, endpoints))}
<p><a href="#schemas">Schemas</a></p>
<p><a href="openapi.json">openapi.json</a></p>
</nav>
<main id="top">
<h1>${document.info.title}</h1>
${prose(document.info.description)}
${groups.map(
  (group) => html`<section aria-labelledby="group-${group.name}"><h2 id="group-${group.name}">${group.name}</h2>
${prose(group.description)}${group.endpoints.map(renderEndpoint)}</section>`,
)}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>${renderSchemas(document)}</section>
</main>
</body>
</html>
`
  return page.markup
}

function renderContents(name: string, endpoints: readonly Endpoint[]): Html {
  return html`<h2>${name}</h2><ul>${endpoints.map(
    ({ method, operation }) =>
      html`<li><a href="#${operation.operationId ?? ''}"><span class="method ${method.toLowerCase()}">${method}</span> <span>${operation.summary ?? ''}</span></a></li>`,
  )}</ul>`
}

function renderSchemas(document: OpenApiDocument): Html[] {
  return Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) => html`<section class="endpoint" id="schema-${name}" aria-labelledby="schema-${name}-title">
<h3 id="schema-${name}-title"><a href="#schema-${name}"><code>${name}</code></a></h3>
${prose('$ref' in schema ? '' : schema.description)}${renderSchema(schema)}</section>`,
  )
}
