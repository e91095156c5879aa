import { expect, test } from 'vitest'
import { refuseLargeBody } from './refuse-large-body'

const post = (headers: Record<string, string>) =>
  new Request('http://portal.test/', { method: 'POST', body: 'x', headers })

test('a body of a known, small size is read', () => {
  expect(refuseLargeBody(post({ 'content-length': '1' }))).toBeNull()
})

test('a request without a body has nothing to refuse', () => {
  expect(refuseLargeBody(new Request('http://portal.test/'))).toBeNull()
})

test.each<Record<string, string>>([{ 'content-length': '1048577' }, { 'content-length': 'many' }, {}])(
  '%j is refused',
  async (headers) => {
    const answer = refuseLargeBody(post(headers))
    expect(answer?.status).toBe(413)
    expect(await answer?.json()).toMatchObject({ code: 'payload_too_large', limit: 1_048_576 })
  },
)
