/** Markup that is safe to send: made by `html`, or text of our own that is markup already. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

type Part = Html | string | number | readonly Html[] | null

/** A template whose values are escaped unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((markup, text, i) => markup + render(parts[i - 1] ?? null) + text))
}

function render(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.markup
  return typeof part === 'object' ? part.map(({ markup }) => markup).join('') : escapeText(String(part))
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Text of the document, as much of CommonMark as it uses: paragraphs, indented blocks, and code between backticks. */
export function prose(text: string | undefined): Html {
  const blocks = (text ?? '').split('\n\n').filter((block) => block !== '')
  return html`${blocks.map((block) =>
    block.startsWith('    ')
      ? html`<pre tabindex="0"><code>${block.replaceAll(/^ {4}/gm, '')}</code></pre>`
      : html`<p>${inline(block)}</p>`,
  )}`
}

/** One line of it. Every second piece between backticks is code. */
export function inline(text: string): Html[] {
  return text.split('`').map((piece, i) => (i % 2 === 1 ? html`<code>${piece}</code>` : html`${piece}`))
}
