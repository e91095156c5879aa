import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { internalToken } from '../../packages/core/src/access/internal-token.ts'
import { deriveKey } from '../../packages/core/src/access/secrets.ts'
import { scratchFolder } from '../../packages/testing/src/scratch-folder.ts'
import { testCertificate } from '../../packages/testing/src/self-signed-certificate.ts'

const SECRET = 'a secret for tests, at least 32 characters'

interface Options {
  status: number
  seconds?: string
  /** Whether the node speaks HTTPS, and wants a certificate of who asks. */
  encrypted?: boolean
}

/** Runs drain.mjs against a node that answers with `status`. */
async function drain({ status, seconds = '0', encrypted = false }: Options) {
  const asked: IncomingMessage[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    asked.push(request)
    response.writeHead(status).end()
  }
  const { cert, key } = testCertificate
  const server = encrypted
    ? createHttpsServer({ cert, key, ca: cert, requestCert: true, rejectUnauthorized: true }, answer)
    : createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  const { folder, remove } = scratchFolder('drain')
  onTestFinished(remove)
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const certificates = {
    FRESHET_TLS_CERT_FILE: file('tls.crt', cert),
    FRESHET_TLS_KEY_FILE: file('tls.key', key),
    FRESHET_TLS_CA_FILE: file('ca.crt', cert),
  }
  const startedAt = performance.now()
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'drain.mjs'), seconds], {
    env: {
      FRESHET_SECRET: SECRET,
      FRESHET_NODE_ID: 'cache-node-0',
      FRESHET_NODE_URL: encrypted ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
      ...(encrypted ? certificates : {}),
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const [said] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'exit')])
  return { asked, said: said.join(''), code: child.exitCode, tookMs: performance.now() - startedAt }
}

test('the node of this container is asked, with the token of the installation', async () => {
  const { asked, code } = await drain({ status: 200 })
  expect(code).toBe(0)
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /api/nodes/cache-node-0/drain'])
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${internalToken(deriveKey(SECRET, 'node-to-node'))}`)
})

test('a node that speaks TLS is asked under its name, with its own certificate', async () => {
  const { asked, code } = await drain({ status: 200, encrypted: true })
  expect([code, asked.length]).toEqual([0, 1])
})

test('it waits until others have learned of it', async () => {
  expect((await drain({ status: 204, seconds: '1' })).tookMs).toBeGreaterThan(1_000)
})

test('a node that refuses is told of, and the wait is kept: the pod is stopped next all the same', async () => {
  const { code, said, tookMs } = await drain({ status: 503, seconds: '1' })
  expect(code).toBe(1)
  expect(said).toBe('drain: the node answered 503\n')
  expect(tookMs).toBeGreaterThan(1_000)
})
