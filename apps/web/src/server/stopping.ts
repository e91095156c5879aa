const controller = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => controller.abort())

/**
 * An answer that breaks off when this process is asked to stop. Next waits for open answers before it exits, and a live
 * feed is open for a minute: every page that somebody left open would hold up a shutdown. Browsers reconnect by
 * themselves. (Aborting the request is not enough: tRPC takes it that nobody listens any more, and leaves the answer open.)
 */
export function endingWithProcess(response: Response): Response {
  if (!response.body) return response
  const body = response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal: controller.signal })
  return new Response(body, response)
}
