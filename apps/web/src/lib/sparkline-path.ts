/**
 * SVG paths of a trend in a box of `width` by `height`: the line, and the area under it. A null leaves a gap. The scale
 * starts at zero unless the values stay close together high above it, where a line from zero would show nothing.
 */
export function sparklinePath(
  values: readonly (number | null)[],
  width: number,
  height: number,
): { line: string; area: string } {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return { line: '', area: '' }
  const top = Math.max(...known)
  const low = Math.min(...known)
  const floor = low > top * 0.8 ? low - (top - low) * 0.5 : 0
  const span = top - floor || 1
  const x = (index: number) => round(values.length < 2 ? width : (index / (values.length - 1)) * width)
  // One unit of margin, so that the stroke at the extremes is not cut.
  const y = (value: number) => round(height - 1 - ((value - floor) / span) * (height - 2))

  let line = ''
  let area = ''
  let run: string[] = []
  let runStart = 0
  const closeRun = (end: number) => {
    if (run.length === 0) return
    const path = `M${run.join('L')}`
    line += path
    area += `${path}L${x(end)} ${height}L${x(runStart)} ${height}Z`
    run = []
  }
  values.forEach((value, index) => {
    if (value === null) {
      closeRun(index - 1)
      return
    }
    if (run.length === 0) runStart = index
    run.push(`${x(index)} ${y(value)}`)
  })
  closeRun(values.length - 1)
  return { line, area }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
