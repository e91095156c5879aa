import { NodeDrain } from '@freshet/core/contracts/node-registry'
import { AppError } from '@freshet/core/errors/app-error'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PASSED_ON_HEADER } from '../../membership/drain-elsewhere.ts'
import type { NodeServices } from '../node-services.ts'
import { parseInput } from '../parse-input.ts'

export const NodePath = z.object({
  id: z.string().min(1).max(128).meta({ description: 'As in the topology: FRESHET_NODE_ID', example: 'node-1' }),
})

type Services = Pick<NodeServices, 'membership' | 'readNodeList' | 'drainElsewhere'>

/** `GET /api/nodes`, and draining: any node takes the request for any other. */
export function nodesRoutes(app: FastifyInstance, { membership, readNodeList, drainElsewhere }: Services): void {
  app.get('/api/nodes', { config: { limit: 'list' } }, async (request, reply) => {
    request.allow('read', '*')
    return reply.header('cache-control', 'no-store').send(await readNodeList())
  })

  app.post('/api/nodes/:id/drain', { config: { limit: 'list' } }, (request, reply) => turn(request, reply, true))

  app.delete('/api/nodes/:id/drain', { config: { limit: 'list' } }, (request, reply) => turn(request, reply, false))

  async function turn(request: FastifyRequest, reply: FastifyReply, draining: boolean): Promise<void> {
    request.allow('admin', '*')
    const { id } = parseInput(NodePath, request.params, 'id')
    if (id === membership.selfId) await (draining ? membership.drain() : membership.undrain())
    else await passOn(request, id, draining)
    // Moving a node's keys away is a thing that people ask about later.
    const { kind, id: actor, name } = request.principal
    request.log.info({ id, draining, actor: `${kind} ${actor}`, name }, draining ? 'node drained' : 'node undrained')
    return reply.header('cache-control', 'no-store').send(NodeDrain.parse({ id, draining }))
  }

  async function passOn(request: FastifyRequest, id: string, draining: boolean): Promise<void> {
    const node = membership.find(id)
    // An address may lead to another node by now, which must not send the request round in a circle.
    if (node === undefined || request.headers[PASSED_ON_HEADER] !== undefined)
      throw new AppError('not_found', `There is no node "${id}" ${node ? 'here' : 'in the topology'}`, { field: 'id' })
    await drainElsewhere(node, draining, request.id)
  }
}
