import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '@freshet/core/errors/app-error'
import { acceptWeight } from './accept.ts'
import { binaryForm } from './binary-form.ts'
import type { BatchForm } from './form.ts'
import { jsonForm } from './json-form.ts'
import { msgpackForm } from './msgpack-form.ts'

/** The forms batches take, the plainest first. */
export const BATCH_FORMS: readonly BatchForm[] = [jsonForm, msgpackForm, binaryForm]
const KNOWN = BATCH_FORMS.map((form) => form.mediaType).join(', ')

/** The form of a request's body and the form its reply is to have. */
export interface NegotiatedForms {
  request: BatchForm
  reply: BatchForm
}

/**
 * Content-Type says how to read the body (AppError `unsupported_media_type`), Accept how to answer (`not_acceptable`).
 * Who leaves the choice to us is answered in the form that he wrote in.
 */
export function negotiateForms(headers: IncomingHttpHeaders): NegotiatedForms {
  const request = requestForm(headers)
  return { request, reply: replyForm(headers.accept, request) }
}

function requestForm(headers: IncomingHttpHeaders): BatchForm {
  const coding = headers['content-encoding']
  if (coding !== undefined && coding !== 'identity')
    throw unsupported('Batches are taken without Content-Encoding', 'Content-Encoding')
  const [name = '', ...parameters] = (headers['content-type'] ?? '').split(';').map((part) => part.trim().toLowerCase())
  const form = BATCH_FORMS.find(({ mediaType, aliases }) => mediaType === name || aliases.includes(name))
  if (form === undefined) throw unsupported(`A batch comes as one of: ${KNOWN}`, 'Content-Type')
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  if (charset !== undefined && charset.replaceAll('"', '') !== 'utf-8')
    throw unsupported('The charset of a batch is UTF-8', 'Content-Type')
  return form
}

function replyForm(accept: string | undefined, request: BatchForm): BatchForm {
  let best: BatchForm | null = null
  let bestWeight = 0
  for (const form of [request, ...BATCH_FORMS]) {
    const weight = acceptWeight(accept, [form.mediaType, ...form.aliases])
    if (weight <= bestWeight) continue
    best = form
    bestWeight = weight
  }
  if (best === null)
    throw new AppError('not_acceptable', `A batch is answered as one of: ${KNOWN}`, { field: 'Accept' })
  return best
}

function unsupported(detail: string, field: string): AppError {
  return new AppError('unsupported_media_type', detail, { field })
}
