import type { SettleRule } from './settle.ts'

/** resource/client-token.ts */
const rememberedMs = 24 * 60 * 60 * 1000

/** Tokens are in the order in which they came, so looking ends at the first that is young enough. */
export const forgetClientTokens: SettleRule = ({ tx, now }) => {
  for (const { tokenKey, createdAt } of tx.all('client-token')) {
    if (now.getTime() - Date.parse(createdAt) < rememberedMs) break
    tx.delete('client-token', tokenKey)
  }
}
