/**
 * The code of an error as it stands on the wire: the SDK for JavaScript names its classes ResourceInUseException where the
 * wire of the query protocols says ResourceInUse.
 */
export function wireCode(error: Error): string {
  const { Error: wire, Code } = error as { readonly Error?: { readonly Code?: string }; readonly Code?: string }
  return wire?.Code ?? Code ?? error.name
}
