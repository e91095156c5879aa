import { Badge } from '~/components/ui/badge'
import { formatBytes, formatLatency } from '~/lib/figures'
import type { OriginTest } from './use-policies'

/** What an origin answered, as it came. */
export function OriginAnswer({ answer }: { answer: OriginTest }) {
  const { status, durationMs, headers, body, nodeId } = answer
  const tone = status < 300 ? 'ok' : status < 500 ? 'warn' : 'danger'
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <p className="flex flex-wrap items-center gap-2 text-muted text-xs">
        <Badge tone={tone}>{status}</Badge>
        {formatLatency(durationMs)}, {formatBytes(body.bytes)}, through {nodeId}
      </p>
      <details>
        <summary className="text-muted text-xs">Headers ({Object.keys(headers).length})</summary>
        <dl className="mt-1 flex flex-col gap-0.5 break-all font-mono text-2xs">
          {Object.entries(headers).map(([name, value]) => (
            <div key={name}>
              <dt className="inline text-faint">{name}: </dt>
              <dd className="inline">{value}</dd>
            </div>
          ))}
        </dl>
      </details>
      {body.sample === null ? (
        <p className="text-faint text-xs">The body is not text.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section aria-label="Body" tabIndex={0} className="max-h-64 overflow-auto rounded-md border bg-raised p-2.5">
          <pre className="whitespace-pre-wrap break-all font-mono text-2xs">{body.sample || '(empty)'}</pre>
        </section>
      )}
      {body.truncated && (
        <p className="text-faint text-xs">The first {formatBytes(body.sample?.length ?? 0)} are shown.</p>
      )}
    </div>
  )
}
