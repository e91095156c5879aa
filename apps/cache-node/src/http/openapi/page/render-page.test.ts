import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createOpenApiDocument } from '../document.ts'
import { html } from './html.ts'
import { endpointsOf } from './read-document.ts'
import { PAGE_SECURITY_POLICY, renderPage } from './render-page.ts'

const document = createOpenApiDocument('1.2.3')
const page = renderPage(document)

test('each endpoint and each schema has a section that its link leads to', () => {
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]))
  const links = [...page.matchAll(/ href="#([^"]+)"/g)].map((match) => match[1])
  expect(links.filter((link) => !ids.has(link))).toEqual([])
  for (const { operation } of endpointsOf(document)) expect(links).toContain(operation.operationId)
  for (const name of Object.keys(document.components?.schemas ?? {})) expect(ids).toContain(`schema-${name}`)
})

test('nothing is loaded from anywhere and nothing runs', () => {
  expect(page).not.toMatch(/<script|<iframe|<img|\son\w+=|\sstyle=|@import|url\(/)
  const targets = [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map((match) => match[1] ?? '')
  expect(targets.filter((target) => !target.startsWith('#'))).toEqual(['data:,', 'openapi.json'])
})

test('the policy lets this very style through and nothing else', () => {
  const style = page.match(/<style>([\s\S]*)<\/style>/)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(PAGE_SECURITY_POLICY).toContain(`style-src 'sha256-${hash}'`)
  expect(PAGE_SECURITY_POLICY).toContain("default-src 'none'")
  expect(PAGE_SECURITY_POLICY).not.toContain('unsafe-inline')
})

test('examples are command lines that can be pasted', () => {
  expect(page).toContain('curl &quot;$FRESHET_URL/api/cache/products:42&quot;')
  expect(page).toContain('curl -X PURGE &quot;$FRESHET_URL/api/cache/products:42&quot;')
  expect(page).toContain('-d &#39;{&quot;keys&quot;:[&quot;products:42&quot;,&quot;products:43&quot;]}&#39;')
})

test('text is never markup', () => {
  expect(html`<b title="${'"><script>'}">${"<i> & 'x'"}</b>`.markup).toBe(
    '<b title="&quot;&gt;&lt;script&gt;">&lt;i&gt; &amp; &#39;x&#39;</b>',
  )
})
