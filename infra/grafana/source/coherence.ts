import { chart, dashboard, heading, quantile, rate, timeline } from './panels.ts'

const on = 'instance=~"$node"'
const inState = (state: string) => `max by (instance) (coherence_state{state="${state}",${on}})`
const acknowledgement = (q: number) => quantile(q, `invalidation_acknowledgement_seconds_bucket{${on}}`)
const propagation = (q: number) => quantile(q, `invalidation_propagation_seconds_bucket{${on}}`)

export const coherence = dashboard(
  'freshet-coherence',
  'Freshet: coherence and upkeep',
  'How fast invalidations travel, who may serve as fresh, and whether the control plane keeps up.',
  [
    timeline(
      'Coherence state',
      'coherent: the lease runs. syncing: catching up. degraded: cannot know what is fresh.',
      [0, 0, 12, 6],
      [[`2 * ${inState('coherent')} + ${inState('syncing')}`, '{{instance}}']],
      { 0: ['degraded', 'red'], 1: ['syncing', 'orange'], 2: ['coherent', 'green'] },
    ),
    chart('Lease remaining', 'A healthy node renews its lease long before it nears zero.', [12, 0, 12, 6], 's', [
      [`coherence_lease_remaining_seconds{${on}}`, '{{instance}}'],
    ]),
    chart(
      'Propagation of invalidations',
      'From append to applied, measured by the node that appended.',
      [0, 6, 8, 8],
      's',
      [
        [propagation(0.5), 'p50'],
        [propagation(0.99), 'p99'],
      ],
    ),
    chart('Lag', 'Records of the log that a node has not applied yet.', [8, 6, 8, 8], 'none', [
      [`coherence_lag_epochs{${on}}`, '{{instance}}'],
    ]),
    chart(
      'Members',
      'Nodes that an acknowledgement waits for, and those behind. In use is one list of nodes, but for a moment.',
      [16, 6, 8, 8],
      'none',
      [
        [`max(log_members{${on}})`, 'members'],
        [`max(log_laggards{${on}})`, 'laggards'],
        [`max(cache_ring_nodes{${on}})`, 'in the ring'],
        [`count(count by (version) (cache_topology_info{${on}}))`, 'lists of nodes in use'],
      ],
    ),
    chart('Invalidations asked for', 'By kind; a write invalidates its key too.', [0, 14, 6, 8], 'ops', [
      [rate(`invalidations_total{${on}}`, 'kind'), '{{kind}}'],
      [rate(`writes_total{${on}}`), 'writes'],
    ]),
    chart('Invalidations applied', 'Every node applies every record.', [6, 14, 6, 8], 'ops', [
      [rate(`invalidations_applied_total{${on}}`, 'instance'), '{{instance}}'],
    ]),
    chart(
      'Acknowledgement',
      'From append to the word of all nodes. A dead node costs a lease, once.',
      [12, 14, 6, 8],
      's',
      [
        [acknowledgement(0.5), 'p50'],
        [acknowledgement(0.99), 'p99'],
      ],
    ),
    chart('How waits ended', 'By all members, by a lease, or not in time (refused).', [18, 14, 6, 8], 'ops', [
      [rate(`acknowledgements_total{${on}}`, 'result'), '{{result}}'],
    ]),
    heading('Dependencies', 22),
    chart('Redis errors', 'log: REDIS_URL. l2: L2_REDIS_URL.', [0, 23, 8, 7], 'ops', [
      [rate(`errors_total{${on}}`, 'instance, type'), '{{instance}} {{type}}'],
    ]),
    timeline(
      'Origin breakers',
      'Open: the origin is not being asked.',
      [8, 23, 8, 7],
      [[`max by (namespace) (origin_breaker_open{${on}})`, '{{namespace}}']],
      { 0: ['closed', 'green'], 1: ['open', 'red'] },
    ),
    chart(
      'Control document',
      'Revision of the policies and keys that each node follows. Lines that part for over two seconds are a fault.',
      [16, 23, 8, 7],
      'none',
      [[`control_revision{${on}}`, '{{instance}}']],
    ),
    heading('Upkeep of the log and of the second tier', 30),
    chart('Records', 'What the log holds. It is trimmed up to what audit and snapshot cover.', [0, 31, 6, 7], 'none', [
      ['max(log_records)', 'in the log'],
      ['max(log_archive_lag_records)', 'not in the audit'],
      ['max(log_snapshot_lag_records)', 'not in the snapshot'],
    ]),
    chart(
      'Waiting for audit and snapshot',
      'How long the oldest record that audit or snapshot lacks has waited.',
      [6, 31, 6, 7],
      's',
      [
        ['min(log_archive_lag_seconds)', 'audit'],
        ['min(log_snapshot_lag_seconds)', 'snapshot'],
      ],
    ),
    chart('Sweep', 'Entries that sweeps looked at, by what became of them.', [12, 31, 6, 7], 'ops', [
      [rate('l2_sweep_entries_total', 'result'), '{{result}}'],
    ]),
    chart(
      'Memory of the log',
      'What a node remembers of invalidations. Its tables have a bound: the line rises and then lies flat.',
      [18, 31, 6, 7],
      'bytes',
      [[`coherence_index_bytes{${on}}`, '{{instance}}']],
    ),
    heading('Worker and processes', 38),
    chart('Jobs', 'Finished jobs by name and result.', [0, 39, 8, 7], 'ops', [
      [rate('worker_jobs_total', 'exported_job, result'), '{{exported_job}} {{result}}'],
    ]),
    chart('Time per job, p99', 'A job that reaches its time limit is ended by it.', [8, 39, 8, 7], 's', [
      [quantile(0.99, 'worker_job_seconds_bucket', 'exported_job, le'), '{{exported_job}}'],
    ]),
    chart('Resident memory', 'By process.', [16, 39, 8, 7], 'bytes', [
      ['process_resident_memory_bytes{job=~"freshet-.*"}', '{{instance}}'],
    ]),
  ],
)
