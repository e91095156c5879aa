'use client'
import { formatSpan } from '~/lib/figures'

/** A moment (ISO 8601) as "5 min ago", with the full time on hover and for machines. */
export function When({ at }: { at: string }) {
  const moment = new Date(at)
  const agoMs = Math.max(0, Date.now() - moment.getTime())
  return (
    <time dateTime={at} title={moment.toLocaleString()} suppressHydrationWarning>
      {agoMs < 10_000 ? 'just now' : `${formatSpan(agoMs).split(' ').slice(0, 2).join(' ')} ago`}
    </time>
  )
}
