import { useEffect } from 'react'

const QUESTION = 'Leave without saving? Your changes to this namespace will be lost.'

/** Asks before unsaved changes are lost: when the tab is closed or reloaded, and when a link leads to another page. */
export function useUnsavedGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return
    const askOnUnload = (event: BeforeUnloadEvent) => event.preventDefault()
    // In the capture phase, before Next's own links see the click; it has no way to hold a navigation of its router.
    const askOnLink = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest('a[href]') : null
      const opensElsewhere =
        event.ctrlKey || event.metaKey || event.shiftKey || link?.getAttribute('href')?.startsWith('#')
      if (!link || opensElsewhere || window.confirm(QUESTION)) return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('beforeunload', askOnUnload)
    document.addEventListener('click', askOnLink, { capture: true })
    return () => {
      window.removeEventListener('beforeunload', askOnUnload)
      document.removeEventListener('click', askOnLink, { capture: true })
    }
  }, [dirty])
}
