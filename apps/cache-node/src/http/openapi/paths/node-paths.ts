import { NodeDrain, NodeList, Topology } from '@freshet/core/contracts/node-registry'
import { z } from 'zod'
import { NodePath } from '../../routes/nodes.ts'
import { requestHeaders, responseHeaders } from '../headers.ts'
import { needs, type Operation } from '../operation.ts'
import { ACCESS_CODES, FRAMEWORK_CODES, problems } from '../problems.ts'

const CODES = [...FRAMEWORK_CODES, ...ACCESS_CODES] as const
const drained = {
  description: 'So it is from now on',
  content: { 'application/json': { schema: NodeDrain.meta({ id: 'NodeDrain' }) } },
}
const drainProblems = problems(
  ...CODES,
  'invalid',
  'payload_too_large',
  'unsupported_media_type',
  'not_found',
  'peer_unavailable',
  'draining',
)

/** Who is in the cluster, and taking a node out of it without losing a request. */
export const nodePaths: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/topology',
    tags: ['Nodes'],
    operationId: 'readTopology',
    summary: 'The nodes of the cluster and their ring',
    description:
      'For clients that send a request to the node that owns its key. Its ETag changes when a node comes, goes, drains, or has another address, weight or zone; all nodes that have read the same list give it the same ETag. Answered from memory. A client that does not know the ring by this number of its algorithm asks any node.',
    security: needs(null),
    request: { headers: z.object({ 'If-None-Match': requestHeaders.ifNoneMatch }) },
    responses: {
      200: {
        description: 'The live nodes',
        headers: z.object({ ETag: responseHeaders.etag }),
        content: { 'application/json': { schema: Topology.meta({ id: 'Topology' }) } },
      },
      304: { description: 'Nothing changed' },
      ...problems(...CODES, 'log_unavailable'),
    },
  },
  {
    method: 'get',
    path: '/api/nodes',
    tags: ['Nodes'],
    operationId: 'listNodes',
    summary: 'The nodes as they are this moment',
    description:
      'As in the topology, with state, lag behind the invalidation log and share of the ring. Needs a grant of every namespace.',
    security: needs('read'),
    responses: {
      200: {
        description: 'The live nodes',
        content: { 'application/json': { schema: NodeList.meta({ id: 'NodeList' }) } },
      },
      ...problems(...CODES, 'log_unavailable'),
    },
  },
  {
    method: 'post',
    path: '/api/nodes/{id}/drain',
    tags: ['Nodes'],
    operationId: 'drainNode',
    summary: 'Drain a node',
    description:
      'Takes it out of the ring, so that the others ask it no more, and makes its `/readyz` fail, so that balancers send it nothing. It goes on answering what it is asked. Any node takes the request for any other. Doing it twice is doing it once. It lasts until it is ended, or the process is.',
    security: needs('admin'),
    request: { params: NodePath },
    responses: { 200: drained, ...drainProblems },
  },
  {
    method: 'delete',
    path: '/api/nodes/{id}/drain',
    tags: ['Nodes'],
    operationId: 'undrainNode',
    summary: 'End the draining of a node',
    description: 'Puts it back into the ring. Any node takes the request for any other.',
    security: needs('admin'),
    request: { params: NodePath },
    responses: { 200: drained, ...drainProblems },
  },
]
