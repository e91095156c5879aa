import { pack } from 'msgpackr'
import { httpRequest } from '../harness/http-request.ts'
import { runRounds } from '../harness/rounds.ts'
import { fill, getRequests, KEY_COUNT, readKeys, requireTier, warm } from '../harness/workload.ts'
import type { Scenario } from './scenario.ts'

const BATCH = 100
const BATCHES = 500
const BINARY = 'application/vnd.freshet.batch'

/** A hundred keys a request against one key a request, in keys per second. All from L1. */
export const batch: Scenario = async (stage, options) => {
  const authorized = { Authorization: stage.authorization }
  const node = await stage.startNode('node')
  await fill(node, authorized)
  await warm(node, authorized)
  await requireTier(node, authorized, 'l1')

  const mget = (mediaType: string, encode: (keys: string[]) => Buffer) =>
    stage.generator.writeRequests(
      Array.from({ length: BATCHES }, () => {
        const keys = Array.from({ length: BATCH }, () => readKeys[Math.floor(Math.random() * KEY_COUNT)] ?? '')
        const headers = { ...authorized, Accept: mediaType, 'Content-Type': mediaType }
        return httpRequest('POST', '/api/cache/mget', headers, encode(keys))
      }),
    )
  const json = await mget('application/json', (keys) => Buffer.from(JSON.stringify({ keys })))
  const msgpack = await mget('application/msgpack', (keys) => pack({ keys }))
  const binary = await mget(BINARY, encodeBinary)
  const servers = [node]
  const results = await runRounds(
    stage.generator,
    [
      { name: 'GET', servers, requests: await stage.generator.writeRequests(getRequests(authorized)) },
      { name: `mget of ${BATCH}, JSON`, servers, requests: json, unitsPerRequest: BATCH },
      { name: `mget of ${BATCH}, MessagePack`, servers, requests: msgpack, unitsPerRequest: BATCH },
      { name: `mget of ${BATCH}, binary`, servers, requests: binary, unitsPerRequest: BATCH },
    ],
    options,
  )
  return [{ title: 'Batches from L1, one process; ratio in keys to single GETs', unit: 'keys', results, goals: [] }]
}

/** The request document of the binary form: format 1, kind 1, count, then each key after its length. */
function encodeBinary(keys: readonly string[]): Buffer {
  const head = Buffer.from([1, 1, 0, 0, 0, 0])
  head.writeUInt32BE(keys.length, 2)
  const records = keys.map((key) =>
    Buffer.concat([Buffer.from([key.length >> 8, key.length & 0xff]), Buffer.from(key)]),
  )
  return Buffer.concat([head, ...records])
}
