import { expect, it } from 'vitest'
import { AppError } from './app-error.ts'
import { toProblem } from './problem.ts'

it('says code, status, field and limit, and the request it belongs to', () => {
  const error = new AppError('value_too_large', 'Too large', { field: 'body', limit: 8 })
  expect(toProblem(error, 'r-1')).toEqual({
    type: 'urn:freshet:error:value_too_large',
    title: 'The value is too large',
    status: 413,
    code: 'value_too_large',
    detail: 'Too large',
    field: 'body',
    limit: 8,
    requestId: 'r-1',
  })
})

it('shows nothing of an error that was not meant for the public, nor of a cause', () => {
  const internal = new Error('password=hunter2')
  expect(JSON.stringify(toProblem(internal))).not.toContain('hunter2')
  expect(toProblem(internal).status).toBe(500)
  expect(JSON.stringify(toProblem(new AppError('origin_failed', 'no', {}, { cause: internal })))).not.toContain(
    'hunter2',
  )
})
