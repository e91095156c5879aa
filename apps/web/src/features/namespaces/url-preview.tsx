'use client'
import { compileTemplate } from '@freshet/core/origins/template'

/** The URL that a sample key would be loaded from, made by the nodes' own code; or why there is none. */
export function UrlPreview({ template, sampleKey }: { template: string; sampleKey: string }) {
  const { url, fault } = renderUrl(template, sampleKey)
  return (
    <output className="block min-w-0 rounded-md border bg-raised px-2.5 py-2 text-xs">
      <span className="text-faint">{sampleKey || 'the key'} is loaded from</span>
      {url ? (
        <code className="block break-all font-mono text-ink">{url}</code>
      ) : (
        <span className="block text-warn">{fault}</span>
      )}
    </output>
  )
}

function renderUrl(template: string, key: string): { url: string; fault: null } | { url: null; fault: string } {
  if (template === '') return { url: null, fault: 'Nowhere yet: the template is empty' }
  try {
    return { url: compileTemplate(template)(key), fault: null }
  } catch (error) {
    return {
      url: null,
      fault: error instanceof Error && error.name === 'AppError' ? error.message : 'Not a usable URL',
    }
  }
}
