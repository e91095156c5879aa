'use client'
import type { NamespacePolicy } from '@freshet/core/policy/namespace-policy'
import { useFormContext, useWatch } from 'react-hook-form'
import { Panel } from '~/components/ui/card'
import { HeadersEditor } from './headers-editor'
import { newBatch, newOrigin } from './new-origin'
import { PolicyQuantity } from './policy-quantity'
import { PolicyText } from './policy-text'
import { RateLimitField } from './rate-limit-field'
import { ToggleRow } from './toggle-row'
import { UrlPreview } from './url-preview'

const fields = 'grid gap-x-5 gap-y-4 sm:grid-cols-2 lg:grid-cols-3'

/** Where values come from on a miss, and how that place is spared. */
export function OriginSection({ sampleKey }: { sampleKey: string }) {
  const { control, setValue } = useFormContext<NamespacePolicy>()
  const origin = useWatch({ control, name: 'origin' })
  const change = { shouldDirty: true, shouldValidate: false }
  return (
    <Panel title="Origin" note={origin ? 'read-through over HTTP' : 'none: callers fill the cache themselves'}>
      <div className="flex flex-col gap-5 p-4 pt-1">
        <ToggleRow
          label="Load misses from an origin"
          hint="Off: a miss is answered 404 and the caller writes the value"
          checked={origin !== null}
          onCheckedChange={(on) => setValue('origin', on ? newOrigin() : null, change)}
        />
        {origin && (
          <>
            <div className="flex flex-col gap-2">
              <PolicyText
                path="origin.url"
                label="URL template"
                code
                placeholder="https://api.example.com/products/{1}"
                hint="{key} is the whole key, {rest} what follows the namespace, {1} to {9} its parts between colons"
              />
              <UrlPreview template={origin.url} sampleKey={sampleKey} />
            </div>
            <HeadersEditor />
            <Group title="Time">
              <PolicyQuantity path="origin.softTimeoutMs" />
              <PolicyQuantity path="origin.attemptTimeoutMs" />
              <PolicyQuantity path="origin.deadlineMs" />
            </Group>
            <Group title="Protection of the origin">
              <PolicyQuantity path="origin.retries" />
              <PolicyQuantity path="origin.maxConcurrency" />
              <PolicyQuantity path="origin.maxQueue" />
              <PolicyQuantity path="origin.breakerFailures" />
              <PolicyQuantity path="origin.breakerOpenMs" />
              <RateLimitField />
            </Group>
            <ToggleRow
              label="The origin takes batches"
              hint="Many misses of one request go out as one POST"
              checked={origin.batch !== null}
              onCheckedChange={(on) => setValue('origin.batch', on ? newBatch(origin.url) : null, change)}
            />
            {origin.batch && (
              <div className={fields}>
                <div className="lg:col-span-2">
                  <PolicyText path="origin.batch.url" label="Batch URL" code hint='Takes POST {"keys": [...]}' />
                </div>
                <PolicyQuantity path="origin.batch.maxKeys" />
              </div>
            )}
          </>
        )}
      </div>
    </Panel>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 font-medium text-muted text-xs">{title}</h3>
      <div className={fields}>{children}</div>
    </section>
  )
}
