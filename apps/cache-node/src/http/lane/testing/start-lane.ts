import { onTestFinished } from 'vitest'
import { calmLimits, type EchoServer, startEchoServer } from './echo-server.ts'

/** A lane before an echo server, for one test. */
export async function startLane(limits: Partial<typeof calmLimits> = {}): Promise<EchoServer> {
  const server = await startEchoServer({ ...calmLimits, sweepEveryMs: 10, ...limits })
  onTestFinished(() => server.close())
  return server
}

/** Asks the lane for a key; how it is answered, the key says. */
export function get(key: string, ...fields: string[]): string {
  return `${[`GET /api/cache/${key} HTTP/1.1`, 'Host: a', ...fields].join('\r\n')}\r\n\r\n`
}

/** One that the lane leaves to node:http. */
export const put = 'PUT /api/cache/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok'

/** How many replies of 200 are in what came. */
export function count(text: string): number {
  return text.split('HTTP/1.1 200 OK').length - 1
}

export function answers(n: number): (text: string) => boolean {
  return (text) => count(text) === n
}
