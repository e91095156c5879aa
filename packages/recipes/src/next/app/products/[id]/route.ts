import { exampleProducts } from '../../../../example-products.ts'
import { Product } from '../../../../products.ts'
import { cache } from '../../../cache.ts'

const products = exampleProducts()
type Context = { params: Promise<{ id: string }> }

export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { id } = await params
  const product = await cache().getOrSet(`products:${id}`, () => products.find(id), {
    schema: Product.nullable(),
    ttlMs: 300_000,
    swrMs: 60_000,
    tags: [`product-${id}`],
  })
  return product === null
    ? Response.json({ error: 'There is no such product' }, { status: 404 })
    : Response.json(product)
}

export async function PUT(request: Request, { params }: Context): Promise<Response> {
  const { id } = await params
  const product = Product.parse({ ...((await request.json()) as object), id })
  await products.save(product)
  const { settled } = await cache().invalidate({ tags: [`product-${id}`] }, { reason: 'a product was changed' })
  return Response.json(product, { status: settled ? 200 : 202 })
}
