/**
 * How many children run at once. More does not help: nft and rtnetlink take one lock per namespace and one for links,
 * and the machine has packets to move meanwhile.
 */
const maxChildren = 4

/** Calls `work` for every item, a few at a time; results in the order of the items. Rejects with the first rejection. */
export async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = new Array(items.length)
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++
      results[index] = await work(items[index] as T)
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxChildren, items.length) }, worker))
  return results
}
