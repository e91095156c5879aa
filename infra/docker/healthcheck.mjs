/**
 * Container health check: `node healthcheck.mjs <port> <path>` exits 0 when this container answers 2xx within two
 * seconds. A slim image has neither curl nor wget, and needs neither.
 */
const [port, path] = process.argv.slice(2)

try {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(2_000) })
  process.exitCode = response.ok ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
