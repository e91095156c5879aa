'use client'
import { useMutation } from '@tanstack/react-query'
import { Button } from '~/components/ui/button'
import { Panel } from '~/components/ui/card'
import { Field } from '~/components/ui/field'
import { Input } from '~/components/ui/input'
import { useTRPC } from '~/trpc/client'
import { reasonOf } from '~/trpc/problem'
import { OriginAnswer } from './origin-answer'

interface TryOriginProps {
  name: string
  sampleKey: string
  onSampleKeyChange: (key: string) => void
  /** The form differs from what is stored, and the test runs on what is stored. */
  unsaved: boolean
}

/** Loads one key from the origin, past the cache, and shows what came. */
export function TryOrigin({ name, sampleKey, onSampleKeyChange, unsaved }: TryOriginProps) {
  const trpc = useTRPC()
  const test = useMutation(trpc.namespaces.testOrigin.mutationOptions())
  return (
    <Panel title="Try the origin" note="loads anew, past every cache">
      <div className="flex flex-col gap-3 p-4 pt-1">
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            test.mutate({ name, key: sampleKey })
          }}
        >
          <Field label="Sample key" className="grow">
            {(control) => (
              <Input
                {...control}
                className="font-mono text-xs"
                value={sampleKey}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => onSampleKeyChange(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" busy={test.isPending}>
            Test fetch
          </Button>
        </form>
        {unsaved && <p className="text-warn text-xs">Tests what is saved, not what you are typing.</p>}
        {test.error && (
          <p role="alert" className="text-danger text-sm">
            {reasonOf(test.error)}
          </p>
        )}
        {test.data && <OriginAnswer answer={test.data} />}
      </div>
    </Panel>
  )
}
