import { type Cache, FreshetError } from '@freshet/client'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { Product, type Products } from '../products.ts'

export function createApp(cache: Cache, products: Products): Express {
  const app = express()
  app.use(express.json())

  app.get('/products/:id', async (request, response) => {
    const { id } = request.params
    // A cold key costs one query, however many requests want it in however many processes. null is a value: "no such product".
    const { value, source, stale } = await cache.readOrLoad(`products:${id}`, () => products.find(id), {
      schema: Product.nullable(),
      ttlMs: 300_000,
      swrMs: 60_000,
      tags: [`product-${id}`],
    })
    response.set('Cache-Status', `freshet; detail="${source}${stale === null ? '' : ` stale ${stale}`}"`)
    if (value === null) response.status(404).json({ error: 'There is no such product' })
    else response.json(value)
  })

  app.put('/products/:id', async (request, response) => {
    const product = Product.parse({ ...request.body, id: request.params.id })
    await products.save(product)
    // After the write, never before it: what was loaded in between would be the old one, and stay.
    const { settled } = await cache.invalidate({ tags: [`product-${product.id}`] }, { reason: 'a product was changed' })
    // 202: it is saved, and some node has not confirmed yet that it has let go of the old one.
    response.status(settled ? 200 : 202).json(product)
  })

  const onError: ErrorRequestHandler = (error, _request, response, next) => {
    if (!(error instanceof FreshetError)) return next(error)
    response.status(503).json({ error: 'The cache cannot be told of the change', code: error.code })
  }
  app.use(onError)
  return app
}
