import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where values really live: one version per key, told over HTTP, so that several processes can load from it. */
export async function startSource() {
  const versions = new Map<string, number>()
  const asked: string[] = []
  let delayMs = 0
  let isBroken = false
  const server = createServer((request, response) => {
    const key = decodeURIComponent(request.url?.slice(1) ?? '')
    asked.push(key)
    if (isBroken) {
      response.writeHead(500).end()
      return
    }
    // Read first and answered later: what a slow load brings is as old as its beginning.
    const version = versions.get(key) ?? 0
    setTimeout(() => response.end(String(version)), delayMs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    /** Keys in the order in which they were asked for. */
    asked,
    timesAsked: (key: string) => asked.filter((each) => each === key).length,
    commit: (key: string) => {
      const version = (versions.get(key) ?? 0) + 1
      versions.set(key, version)
      return version
    },
    set delayMs(ms: number) {
      delayMs = ms
    },
    set isBroken(broken: boolean) {
      isBroken = broken
    },
    load: () => loadFrom(url),
    stop: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

export type Source = Awaited<ReturnType<typeof startSource>>

/** A loader over that source. */
export function loadFrom(url: string): (about: { key: string }) => Promise<number> {
  return async ({ key }) => {
    const response = await fetch(`${url}/${encodeURIComponent(key)}`)
    if (!response.ok) throw new Error(`the source answered ${response.status}`)
    return Number(await response.text())
  }
}
