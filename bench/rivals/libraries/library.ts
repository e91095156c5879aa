/** Reads a row of the source of truth, slowly when the harness wants it so. */
export type Load = (key: string) => Promise<number>

/** A library in the set-up that its documentation recommends for several processes. */
export interface LibraryCache {
  /** The cached value, loaded when there is none. With a tag, the entry carries it. */
  read(key: string, tag: string | null): Promise<number>
  /** Resolves when the library says that it is done. */
  invalidateKey(key: string): Promise<unknown>
  /** As `invalidateKey`, for every entry that carries the tag. */
  invalidateTag(tag: string): Promise<unknown>
}

/** Connects and subscribes; resolves when both are done. */
export type OpenLibrary = (redisUrl: string, load: Load) => Promise<LibraryCache>

/** Longer than any race, so that nothing expires by itself. */
export const TTL_S = 600
export const TTL_MS = TTL_S * 1_000
