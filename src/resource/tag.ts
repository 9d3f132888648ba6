/** One AWS tag. Tags of a resource are kept in creation order, keys unique. */
export interface Tag {
  readonly key: string
  readonly value: string
}
