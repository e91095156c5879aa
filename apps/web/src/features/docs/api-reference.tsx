import { PageHeader } from '~/components/shell/page-header'
import { Button } from '~/components/ui/button'
import { Panel } from '~/components/ui/card'
import type { ApiOperation } from './list-operations'
import { OperationDetails } from './operation-details'

interface ApiReferenceProps {
  operations: readonly ApiOperation[]
  portalUrl: string
}

/** The control API, made from the same document that machines read. */
export function ApiReference({ operations, portalUrl }: ApiReferenceProps) {
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  return (
    <>
      <PageHeader
        title="Control API"
        subtitle="What this portal does, for programs: with an API key as a bearer token, or with your session"
        actions={
          <Button asChild>
            <a href="/api/openapi.json">OpenAPI document</a>
          </Button>
        }
      />
      <div className="flex flex-col gap-3">
        {tags.map((tag) => (
          <Panel key={tag} title={tag}>
            <ul className="divide-y border-t">
              {operations
                .filter((operation) => operation.tag === tag)
                .map((operation) => (
                  <li key={operation.id}>
                    <OperationDetails operation={operation} portalUrl={portalUrl} />
                  </li>
                ))}
            </ul>
          </Panel>
        ))}
      </div>
    </>
  )
}
