import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calmLimits, type EchoServer, startEchoServer } from './testing/echo-server.ts'
import { RawClient, type Transcript } from './testing/raw-client.ts'
import { hostileRequests, laneGet, soundRequest } from './testing/request-corpus.ts'

const PATIENT_MS = 3_000

/**
 * The lane's oracle is node:http itself: the same bytes, cut in the same places, sent to a server with the lane and to
 * one without, must come back as the same bytes. Since replies name what they answer, a request that was framed
 * differently cannot pass.
 */
describe('a server with the lane, beside the same server without', () => {
  let plain: EchoServer
  let laned: EchoServer

  beforeAll(async () => {
    plain = await startEchoServer(null)
    laned = await startEchoServer(calmLimits)
  })
  afterAll(async () => {
    await plain.close()
    await laned.close()
  })

  const LAST = 'GET /last HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n'

  async function transcript(server: EchoServer, pieces: readonly Buffer[], quietMs: number): Promise<Transcript> {
    const client = await RawClient.open(server.port)
    server.requestsOf.delete(client.port)
    await client.send(...pieces)
    return client.settle(quietMs)
  }

  /** Silence of `quietMs` is taken for the end. Where that makes a difference, the machine may be slow: wait longer. */
  async function transcripts(pieces: readonly Buffer[], quietMs: number): Promise<[Transcript, Transcript]> {
    const [without, with_] = await Promise.all([transcript(plain, pieces, quietMs), transcript(laned, pieces, quietMs)])
    const isSame = with_.text === without.text && with_.closed === without.closed
    return isSame || quietMs >= PATIENT_MS ? [without, with_] : transcripts(pieces, PATIENT_MS)
  }

  async function expectSame(pieces: readonly Buffer[], quietMs: number): Promise<Transcript> {
    const [without, with_] = await transcripts(pieces, quietMs)
    if (with_.text === without.text) expect(with_.closed).toBe(without.closed)
    else expectAnsweredBeforeRefusal(with_, without)
    return with_
  }

  /**
   * The one difference allowed. When bytes come that it cannot parse, node:http drops what it still owes for requests
   * before them, or the refusal when it has begun to answer; which depends on the moment, and the lane, which lends a
   * request at a time, drops less. Then the replies before the end answer what node:http had handed to its application
   * without the lane, in that order. (A reset may destroy the end of either transcript: closing with unread bytes causes
   * one.)
   */
  function expectAnsweredBeforeRefusal(with_: Transcript, without: Transcript): void {
    const [a, b] = [splitRefusal(with_.text), splitRefusal(without.text)]
    const isCut = with_.reset || without.reset
    const shared = Math.min(a.given.length, b.given.length)
    const isSame = a.given.slice(0, shared) === b.given.slice(0, shared)
    const gaveMore = a.refusal === '' && b.refusal === '' && a.given.length > b.given.length
    const refusedAlike = a.refusal === b.refusal ? a.refusal !== '' : a.refusal === '' || b.refusal === ''
    if (!isSame || !(isCut || gaveMore || refusedAlike) || !without.closed || !with_.closed)
      expect(with_).toEqual(without)
    const answered = [...with_.text.matchAll(/\r\nSeen: (\S+ \S+) /g)].map((match) => match[1])
    expect(answered).toEqual((plain.requestsOf.get(without.port) ?? []).slice(0, answered.length))
  }

  function splitRefusal(text: string): { given: string; refusal: string } {
    const refusal = /HTTP\/1\.1 4\d\d (?!.*HTTP\/1\.1 ).*$/s.exec(text)?.[0] ?? ''
    return { given: text.slice(0, text.length - refusal.length), refusal }
  }

  function cut(text: string, at: readonly number[]): Buffer[] {
    const bytes = Buffer.from(text, 'latin1')
    const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b)
    return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length)).filter((p) => p.length > 0)
  }

  it('gives the same replies to sound requests of all kinds, pipelined and cut anywhere', async () => {
    const before = { ...laned.served }
    await fc.assert(
      fc.asyncProperty(
        fc.array(soundRequest, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(4_000), { maxLength: 6 }),
        async (requests, places) => {
          const { closed } = await expectSame(cut(requests.join('') + LAST, places), 3_000)
          expect(closed).toBe(true)
        },
      ),
      { numRuns: 400 },
    )
    // The comparison would hold as well if the lane gave everything away.
    expect(laned.served.hits - before.hits).toBeGreaterThan(40)
    expect(laned.served.loads - before.loads).toBeGreaterThan(4)
  }, 60_000)

  it('gives the same replies when one byte of sound requests is changed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(soundRequest, { minLength: 1, maxLength: 3 }),
        fc.nat(2_000),
        fc.nat(255),
        fc.array(fc.nat(2_000), { maxLength: 3 }),
        async (requests, place, byte, places) => {
          const bytes = Buffer.from(requests.join('') + LAST, 'latin1')
          bytes[place % bytes.length] = byte
          await expectSame(cut(bytes.toString('latin1'), places), 60)
        },
      ),
      { numRuns: 300 },
    )
  }, 90_000)

  describe.each(Object.entries(hostileRequests))('%s', (_name, hostile) => {
    const calm = 'GET /api/cache/hit:before HTTP/1.1\r\nHost: example.org\r\n\r\n'

    it.each([
      ['alone', hostile + LAST],
      ['after a hit', calm + hostile + LAST],
      [
        'after a request that node:http answered',
        `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok${hostile}${LAST}`,
      ],
    ])('is answered alike, %s', async (_where, text) => {
      await expectSame([Buffer.from(text, 'latin1')], 80)
      await expectSame(cut(text, [1, 15, text.length >> 1, text.length - 3, text.length - LAST.length]), 80)
    })
  })

  it('gives the same replies when requests come byte by byte', async () => {
    const [sample] = fc.sample(fc.tuple(laneGet, laneGet), { numRuns: 1, seed: 7 })
    const bytes = Buffer.from((sample ?? []).join('') + LAST, 'latin1')
    const { closed } = await expectSame(
      [...bytes].map((byte) => Buffer.from([byte])),
      3_000,
    )
    expect(closed).toBe(true)
  })
})
