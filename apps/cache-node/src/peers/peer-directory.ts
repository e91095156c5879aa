/** Where another node can be asked. */
export interface PeerAddress {
  readonly id: string
  /** Random per process: a node that came back is another one, whatever was known of the one before. */
  readonly incarnation: string
  /** E.g. `https://10.0.0.7:9400`. */
  readonly url: string
}

/** Who is there and who keeps which key; membership fills it. Peers only ask. */
export interface PeerDirectory {
  readonly selfId: string
  owns(key: string): boolean
  /** Up to `count` nodes for a key, its owner first; this node may be among them. */
  preferenceOf(key: string, count: number): readonly PeerAddress[]
  find(id: string): PeerAddress | undefined
  /** Calls back whenever nodes came, went or came back. */
  onChange(listener: () => void): void
}
