import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { testCertificate } from '../../packages/testing/src/self-signed-certificate.ts'

const check = path.join(import.meta.dirname, 'healthcheck.mjs')

/** The exit code of the check on a server that answers with this status; 0: there is none. */
async function checked(status: number, { encrypted = false } = {}) {
  const answer = (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(status).end()
  const server = encrypted ? createTlsServer(testCertificate, answer) : createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : null
  if (status === 0) server.close()
  else onTestFinished(() => void server.close())
  const child = spawn(process.execPath, [check, `${port}`, '/livez', 'FRESHET_TLS_CERT_FILE'], {
    env: encrypted ? { FRESHET_TLS_CERT_FILE: '/etc/freshet/tls/tls.crt' } : {},
    stdio: 'ignore',
  })
  await once(child, 'exit')
  return child.exitCode
}

test('who answers well is healthy, who answers otherwise or not at all is not', async () => {
  expect([await checked(200), await checked(503), await checked(0)]).toEqual([0, 1, 1])
})

test('a node that has a certificate is asked over TLS, by no name', async () => {
  expect([await checked(200, { encrypted: true }), await checked(503, { encrypted: true })]).toEqual([0, 1])
})
