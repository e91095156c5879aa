import { createCache } from '@freshet/client'
import { exampleProducts } from '../example-products.ts'
import { createApp } from './app.ts'

// FRESHET_URL and FRESHET_API_KEY say where the cache is.
await createApp(createCache(), exampleProducts()).listen({ port: 3001 })
