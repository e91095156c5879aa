import type { Codec } from './codec.ts'
import type { StandardSchema } from './standard-schema.ts'

export interface Reading<T> {
  codec: Codec
  /** What a value must be to be given to anybody; null: it is taken as it is. */
  schema: StandardSchema<T> | null
}

/**
 * The value that bytes stand for, or null when they are none of ours any more: an older build wrote them, or somebody else.
 * Who reads must not fail for that.
 */
export async function readValue<T>(
  body: Buffer,
  contentType: string,
  { codec, schema }: Reading<T>,
): Promise<{ value: T } | null> {
  let decoded: unknown
  try {
    decoded = codec.decode(body, contentType)
  } catch {
    return null
  }
  // Without a schema its type is what the caller says that it is.
  if (schema === null) return { value: decoded as T }
  const result = await schema['~standard'].validate(decoded)
  return result.issues === undefined ? { value: result.value } : null
}
