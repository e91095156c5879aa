/** Lines of `ts_unix,key,status,bytes`, in the order of time; the key is hexadecimal. Times are not kept: the load sets the pace. */
export async function* readAccessTrace(lines: AsyncIterable<string>): AsyncGenerator<number> {
  for await (const line of lines) {
    const id = Number.parseInt(line.split(',')[1]?.slice(0, 8) ?? '', 16)
    if (!Number.isNaN(id)) yield id
  }
}
