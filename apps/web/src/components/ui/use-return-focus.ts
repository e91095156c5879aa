import { useRef } from 'react'

/**
 * Gives the focus back to where it was when a dialog opened. Radix does so for dialogs with a trigger of its own; ours
 * are opened by state, and the focus would fall to the top of the page.
 */
export function useReturnFocus(): { onOpenAutoFocus: () => void; onCloseAutoFocus: (event: Event) => void } {
  const before = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault()
      if (before.current instanceof HTMLElement) before.current.focus()
    },
  }
}
