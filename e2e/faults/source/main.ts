import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'

/**
 * The origin under test, a process that is killed: `main.ts <port> <file>`. `/rows/<key>` is a number that only grows,
 * written by PUT and kept in the file, so that it survives; `/values/<key>` is text; `/absent/<key>` is never there.
 */
const [port, file] = [Number(process.argv[2]), process.argv[3] ?? '']
const rows = new Map<string, string>()
if (existsSync(file)) for (const line of readFileSync(file, 'utf8').split('\n')) remember(line)

function remember(line: string): void {
  const [key, n] = line.split(' ')
  if (key && n) rows.set(key, n)
}

/**
 * Between reading the row and answering lies a pause: the gap in which a write and its invalidation make the answer an
 * old one, and in which a cache that stamps values when they arrive keeps them for ever.
 */
function answerLater(response: ServerResponse, body: string): void {
  const send = () => response.writeHead(200, { 'content-type': 'text/plain' }).end(body)
  setTimeout(send, 2 + Math.random() * 20)
}

createServer((request, response) => {
  const [, kind, key = ''] = (request.url ?? '').split('/')
  const row = rows.get(key)
  if (kind === 'livez') response.end('alive')
  else if (kind === 'values') answerLater(response, `value of ${key}`)
  else if (kind !== 'rows' || (request.method === 'GET' && row === undefined)) response.writeHead(404).end()
  else if (request.method === 'GET') answerLater(response, row ?? '')
  else {
    request.setEncoding('utf8').once('data', (n: string) => {
      appendFileSync(file, `${key} ${n}\n`)
      remember(`${key} ${n}`)
      response.writeHead(204).end()
    })
  }
}).listen(port, '127.0.0.1')
