import type { Cache } from '@freshet/client'
import fastify, { type FastifyInstance } from 'fastify'
import { Product, type Products } from '../products.ts'

/** The cache's position after what this visitor has changed; their later requests read nothing older. */
const POSITION = 'freshet-epoch'

export function createApp(cache: Cache, products: Products): FastifyInstance {
  const app = fastify()
  app.addHook('onClose', async () => cache.close())

  app.get<{ Params: { id: string } }>('/products/:id', async (request, reply) => {
    const { id } = request.params
    const product = await visitorsCache(request.headers[POSITION]).getOrSet(`products:${id}`, () => products.find(id), {
      schema: Product.nullable(),
      ttlMs: 300_000,
      // Served for so long after that when the database fails.
      sieMs: 3_600_000,
      tags: [`product-${id}`],
    })
    return product ?? reply.code(404).send({ error: 'There is no such product' })
  })

  app.put<{ Params: { id: string } }>('/products/:id', async (request, reply) => {
    const product = Product.parse({ ...(request.body as object), id: request.params.id })
    await products.save(product)
    // Not waiting for the other nodes makes writes as fast as the log; whoever made the change reads it all the same.
    const { epoch } = await cache.invalidate({ tags: [`product-${product.id}`] }, { wait: 'none' })
    return reply.header(POSITION, epoch ?? '').send(product)
  })

  function visitorsCache(position: string | string[] | undefined): Cache {
    return typeof position === 'string' && position !== '' ? cache.session(position) : cache
  }

  return app
}
