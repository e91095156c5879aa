'use client'
import { useState } from 'react'
import { PageHeader } from '~/components/shell/page-header'
import { Badge } from '~/components/ui/badge'
import { useMay } from '~/features/session/viewer'
import { ConflictDialog } from './conflict-dialog'
import { NamespaceFigures } from './namespace-figures'
import { PolicyForm } from './policy-form'
import { RemoveNamespace } from './remove-namespace'
import { TryOrigin } from './try-origin'
import type { StoredPolicy } from './use-policies'
import { usePolicyEditor } from './use-policy-editor'

export function NamespaceEditor({ stored }: { stored: StoredPolicy }) {
  const { name } = stored.policy
  const mayEdit = useMay('admin', name)
  const mayTest = useMay('warm', name)
  const [sampleKey, setSampleKey] = useState(`${name}:1`)
  const editor = usePolicyEditor(stored)
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-2">
            {name}
            {!mayEdit && <Badge>read-only for your role</Badge>}
          </span>
        }
        parent={{ href: '/namespaces', label: 'Namespaces' }}
        actions={
          mayEdit && name !== 'default' && <RemoveNamespace name={name} hasOrigin={stored.policy.origin !== null} />
        }
      />
      <div className="grid items-start gap-3 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <PolicyForm
          form={editor.form}
          base={editor.base.policy}
          sampleKey={sampleKey}
          mayEdit={mayEdit}
          busy={editor.saving}
          saveLabel="Save"
          onSave={editor.save}
        />
        <aside aria-label="About this namespace" className="flex flex-col gap-3 xl:sticky xl:top-17">
          <NamespaceFigures name={name} stored={editor.base} />
          {mayTest && editor.base.policy.origin && (
            <TryOrigin
              name={name}
              sampleKey={sampleKey}
              onSampleKeyChange={setSampleKey}
              unsaved={editor.form.formState.isDirty}
            />
          )}
        </aside>
      </div>
      {editor.conflict && <ConflictDialog open {...editor.conflict} />}
    </>
  )
}
