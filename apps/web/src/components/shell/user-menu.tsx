'use client'
import { CircleUser, LogOut } from 'lucide-react'
import { Button } from '~/components/ui/button'
import { Menu, MenuItem, MenuSeparator } from '~/components/ui/menu'
import { useSignOut } from '~/features/session/use-sign-out'
import { useViewer } from '~/features/session/viewer'

export function UserMenu() {
  const viewer = useViewer()
  const signOut = useSignOut()
  const grant = viewer.namespaces === '*' ? 'all namespaces' : `${viewer.namespaces.length} namespaces`
  return (
    <Menu
      trigger={
        <Button variant="ghost" size="icon" aria-label={`Account of ${viewer.name}`}>
          <CircleUser aria-hidden />
        </Button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="font-medium">{viewer.name}</p>
        <p className="text-muted text-xs">{viewer.email}</p>
        <p className="mt-1 text-faint text-xs">
          {viewer.role}, {grant}
        </p>
      </div>
      <MenuSeparator />
      <MenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden />
        Sign out
      </MenuItem>
    </Menu>
  )
}
