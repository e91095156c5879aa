import { curlExample } from './curl-example.ts'
import { type Html, html, inline, prose } from './html.ts'
import {
  contentOf,
  type DocumentedOperation,
  type DocumentedResponse,
  type Endpoint,
  type Parameter,
  parametersOf,
  requestBodyOf,
  responsesOf,
  type Schema,
} from './read-document.ts'
import { renderRules, renderSchema } from './render-schema.ts'

/** One endpoint with everything there is to know of it. Its anchor is its operation id. */
export function renderEndpoint(endpoint: Endpoint): Html {
  const { method, path, operation } = endpoint
  const id = operation.operationId ?? ''
  return html`<section class="endpoint" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title"><a href="#${id}"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code></a></h3>
<p class="summary">${operation.summary ?? ''}</p>
${prose(operation.description)}
<p class="note">${renderSecurity(operation)}</p>
<pre tabindex="0" aria-label="Example"><code>${curlExample(endpoint)}</code></pre>
${renderParameters(parametersOf(operation))}
${renderBody('Request body', requestBodyOf(operation))}
<h4>Responses</h4>
${responsesOf(operation).map(([status, response]) => renderResponse(status, response))}
</section>`
}

function renderSecurity({ security }: DocumentedOperation): Html {
  if (security?.length === 0) return html`Needs no credential.`
  const scopes = (security ?? []).flatMap((scheme) => Object.values(scheme).flat())
  if (scopes.length === 0) return html`Needs a credential, with any scope.`
  return html`Needs the scope ${scopes.map((scope) => html`<code>${scope}</code>`)}.`
}

function renderParameters(parameters: readonly Parameter[]): Html | null {
  if (parameters.length === 0) return null
  return html`<h4>Parameters</h4>
<div class="scroll" tabindex="0"><table>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">What it is</th></tr></thead>
<tbody>${parameters.map(
    (parameter) => html`<tr>
<th scope="row"><code>${parameter.name}</code>${parameter.required ? html` <span class="note">required</span>` : null}</th>
<td>${parameter.in}</td>
<td>${inline(parameter.description ?? '')}${rulesOf(parameter.schema)}</td></tr>`,
  )}</tbody></table></div>`
}

function rulesOf(schema: Schema | undefined): Html | null {
  return schema === undefined || '$ref' in schema ? null : renderRules(schema)
}

function renderBody(title: string, content: ReturnType<typeof requestBodyOf>): Html | null {
  if (content.length === 0) return null
  return html`<h4>${title}</h4>${renderContent(content)}`
}

/** Media types that carry the same schema share its description. */
function renderContent(content: ReturnType<typeof contentOf>): Html[] {
  const bySchema = new Map<string, string[]>()
  for (const [mediaType, { schema }] of content) {
    const id = JSON.stringify(schema ?? {})
    bySchema.set(id, [...(bySchema.get(id) ?? []), mediaType])
  }
  return [...bySchema].map(([schema, mediaTypes]) => {
    const names = mediaTypes.map((mediaType) => html`<code>${mediaType}</code> `)
    return html`<div class="content"><p>${names}</p>${renderSchema(JSON.parse(schema) as Schema)}</div>`
  })
}

function renderResponse(status: string, response: DocumentedResponse): Html {
  const headers = Object.entries(response.headers ?? {})
  const bodies = contentOf(response).filter(([mediaType]) => mediaType !== 'application/problem+json')
  const kind = status.startsWith('2') ? 'good' : status.startsWith('3') ? 'same' : 'bad'
  const line = html`<span class="status ${kind}">${status}</span> ${inline(response.description ?? '')}`
  if (headers.length === 0 && bodies.length === 0) return html`<p class="response">${line}</p>`
  return html`<details class="response"><summary>${line}</summary>
${headers.length === 0 ? null : renderHeaders(headers)}
${renderContent(bodies)}</details>`
}

function renderHeaders(headers: readonly [string, NonNullable<DocumentedResponse['headers']>[string]][]): Html {
  return html`<dl class="members">${headers.map(
    ([name, header]) =>
      html`<dt><code>${name}</code></dt><dd>${'$ref' in header ? null : inline(header.description ?? '')}</dd>`,
  )}</dl>`
}
