import { OriginConfig } from '@freshet/core/policy/origin-config'

/** An origin with the schema's defaults and no address yet. The schema refuses an empty one, so the form asks for it. */
export function newOrigin(): OriginConfig {
  return { ...OriginConfig.parse({ url: 'http://origin.invalid/{rest}' }), url: '' }
}

/** A batch form at the origin's own server, where it most likely is. */
export function newBatch(originUrl: string): NonNullable<OriginConfig['batch']> {
  const server = /^https?:\/\/[^/?#]+/i.exec(originUrl)?.[0] ?? ''
  return { url: server && `${server}/batch`, maxKeys: 100 }
}
