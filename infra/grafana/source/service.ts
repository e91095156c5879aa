import { chart, dashboard, heading, type Query, quantile, rate, stat } from './panels.ts'

const on = 'instance=~"$node"'
const latency = (q: number, operation: string) =>
  quantile(q, `cache_latency_seconds_bucket{operation="${operation}",${on}}`)
const reads = `(${rate(`cache_hits_total{${on}}`)} + ${rate(`cache_misses_total{${on}}`)})`
const namespaceReads = `sum by (namespace) (rate(namespace_hits_total{${on}}[$__rate_interval]) + rate(namespace_misses_total{${on}}[$__rate_interval]))`

export const service = dashboard(
  'freshet-service',
  'Freshet: service',
  'What callers get: traffic, hit ratio, latency, origins, memory.',
  [
    stat('Requests', 'Requests answered.', [0, 0, 4, 4], 'reqps', rate(`cache_requests_total{${on}}`)),
    stat(
      'Hit ratio',
      'Share of reads answered from memory, by another node, from Redis or by a known absence. A stale answer is no hit.',
      [4, 0, 4, 4],
      'percentunit',
      `${rate(`cache_hits_total{tier!="stale",${on}}`)} / ${reads}`,
      [
        ['red', null],
        ['orange', 0.5],
        ['green', 0.8],
      ],
    ),
    stat(
      'p99 of memory hits',
      'Time inside the node; the network to the caller is not in it.',
      [8, 0, 4, 4],
      's',
      latency(0.99, 'get_l1'),
      [
        ['green', null],
        ['orange', 0.005],
        ['red', 0.05],
      ],
    ),
    stat(
      'Origin loads',
      'Loads that reached an origin.',
      [12, 0, 4, 4],
      'reqps',
      rate(`origin_loads_total{result=~"succeeded|absent|failed",${on}}`),
    ),
    stat(
      'Server errors',
      'Answers of class 5xx.',
      [16, 0, 4, 4],
      'reqps',
      rate(`cache_requests_total{class="serverError",${on}}`),
      [
        ['green', null],
        ['orange', 0.1],
        ['red', 1],
      ],
    ),
    stat(
      'Coherent nodes',
      'Nodes that may serve as fresh.',
      [20, 0, 4, 4],
      'none',
      `sum(coherence_state{state="coherent",${on}})`,
      [
        ['red', null],
        ['green', 1],
      ],
    ),
    chart(
      'Reads by answer',
      'Where each read was answered.',
      [0, 4, 12, 8],
      'reqps',
      [
        [rate(`cache_hits_total{${on}}`, 'tier'), '{{tier}}'],
        [rate(`cache_misses_total{${on}}`), 'miss'],
      ],
      { stack: true },
    ),
    chart('Latency of hits', 'A slow l1 is a busy event loop, a slow l2 a slow Redis.', [12, 4, 12, 8], 's', [
      [latency(0.5, 'get_l1'), 'l1 p50'],
      [latency(0.99, 'get_l1'), 'l1 p99'],
      [latency(0.5, 'get_l2'), 'l2 p50'],
      [latency(0.99, 'get_l2'), 'l2 p99'],
    ]),
    chart(
      'Misses by reason',
      'absent: never seen; expired: past its time; invalidated: the log ended it; degraded: the node could not know; bypass: the caller asked.',
      [0, 12, 8, 8],
      'reqps',
      [[rate(`cache_misses_total{${on}}`, 'reason'), '{{reason}}']],
      { stack: true },
    ),
    chart('Answers by class', 'Classes of HTTP status, and what the rate limits refused.', [8, 12, 8, 8], 'reqps', [
      [rate(`cache_requests_total{${on}}`, 'class'), '{{class}}'],
      [rate(`rate_limited_total{${on}}`), 'rate limited'],
    ]),
    chart(
      'p99 of misses and writes',
      'A miss waits for its origin; a write for the log and for Redis.',
      [16, 12, 8, 8],
      's',
      ['get_origin', 'put', 'invalidate', 'mget', 'mput'].map(
        (operation): Query => [latency(0.99, operation), operation],
      ),
    ),
    heading('Origins', 20),
    chart(
      'Loads by result',
      'joined: callers that shared a load already running. discarded: something invalidated the key while it loaded.',
      [0, 21, 12, 8],
      'reqps',
      [[rate(`origin_loads_total{${on}}`, 'result'), '{{result}}']],
    ),
    chart(
      'Loads in flight',
      'By namespace.',
      [12, 21, 12, 8],
      'none',
      [[`sum by (namespace) (origin_in_flight{${on}})`, '{{namespace}}']],
      { stack: true },
    ),
    heading('Other nodes', 29),
    chart(
      'Reads asked of other nodes',
      'answered: in place of a read of Redis, or of a load. unavailable: in vain. refused: not even asked.',
      [0, 30, 8, 8],
      'reqps',
      [[rate(`cache_peer_requests_total{${on}}`, 'outcome'), '{{outcome}}']],
      { stack: true },
    ),
    chart('Latency of hits at other nodes', 'From the request at this node to its answer.', [8, 30, 8, 8], 's', [
      [latency(0.5, 'get_peer'), 'p50'],
      [latency(0.99, 'get_peer'), 'p99'],
    ]),
    chart(
      'Share of the ring, and reads served for others',
      'A share far from its weight, or lines far apart, mean a hot key.',
      [16, 30, 8, 8],
      'none',
      [
        [`cache_ring_share_ratio{${on}}`, '{{instance}} share'],
        [rate(`cache_peer_served_total{${on}}`, 'instance'), '{{instance}} reads/s'],
      ],
    ),
    heading('Namespaces and memory', 38),
    chart('Busiest namespaces', 'Reads per second.', [0, 39, 8, 8], 'reqps', [
      [`topk(10, ${namespaceReads})`, '{{namespace}}'],
    ]),
    chart(
      'Hit ratio by namespace',
      'Hits of all tiers over all reads.',
      [8, 39, 8, 8],
      'percentunit',
      [[`${rate(`namespace_hits_total{${on}}`, 'namespace')} / ${namespaceReads}`, '{{namespace}}']],
      { max: 1 },
    ),
    chart('Memory tier', 'Bytes of entries held, against the limit.', [16, 39, 8, 8], 'bytes', [
      [`cache_size_bytes{${on}}`, '{{instance}}'],
      [`max(cache_max_bytes{${on}})`, 'limit'],
    ]),
    chart(
      'Evictions',
      'Entries put out of memory for want of room. Many, with a falling hit ratio: raise the limit.',
      [0, 47, 12, 7],
      'ops',
      [[rate(`evictions_total{${on}}`, 'instance'), '{{instance}}']],
    ),
    chart('Entries', 'In the memory tier.', [12, 47, 12, 7], 'none', [[`cache_entries{${on}}`, '{{instance}}']]),
  ],
)
