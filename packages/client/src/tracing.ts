import { namespaceOf } from '@freshet/core/keys/cache-key'
import type { Span, Tracer } from '@opentelemetry/api'

type Api = typeof import('@opentelemetry/api')

/** Spans of calls, where the application has OpenTelemetry; nothing where it has not. */
export class Tracing {
  private api: Api | null | undefined
  private tracer: Tracer | null = null

  /** Runs a call in a span of its own. `describe` says what came of it. */
  async span<T>(name: string, key: string | null, run: () => Promise<T>, describe?: (result: T) => string): Promise<T> {
    const api = this.api === undefined ? await this.load() : this.api
    if (api === null || this.tracer === null) return run()
    // Never the key: it may name a person.
    const attributes = { 'freshet.operation': name, ...(key !== null && { 'freshet.namespace': namespaceOf(key) }) }
    return this.tracer.startActiveSpan(`freshet ${name}`, { kind: api.SpanKind.CLIENT, attributes }, async (span) => {
      try {
        const result = await run()
        if (describe !== undefined) span.setAttribute('freshet.source', describe(result))
        return result
      } catch (error) {
        fail(span, api, error)
        throw error
      } finally {
        span.end()
      }
    })
  }

  /** Header fields that tell a node which trace a request belongs to (`traceparent`). */
  headers(): Record<string, string> {
    const carrier: Record<string, string> = {}
    this.api?.propagation.inject(this.api.context.active(), carrier)
    return carrier
  }

  /** An optional peer dependency: most processes have it in memory already, or never will. */
  private async load(): Promise<Api | null> {
    const api = await import('@opentelemetry/api').catch(() => null)
    this.api = api
    this.tracer = api?.trace.getTracer('@freshet/client') ?? null
    return api
  }
}

function fail(span: Span, api: Api, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  span.recordException(error instanceof Error ? error : message)
  span.setStatus({ code: api.SpanStatusCode.ERROR, message })
}
