import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingToolsMessage, userNamespaceObstacle } from './host-tools.ts'

test('nothing missing is nothing to say', () => {
  assert.equal(
    missingToolsMessage(() => true, 0),
    undefined,
  )
})

test('everything missing is one message with one command', () => {
  const message = missingToolsMessage(() => false, 1000) ?? ''
  assert.match(message, /^Not found on this machine: nft, ip, conntrack, nsenter, unshare\.$/m)
  assert.match(message, /sudo apt-get install -y --no-install-recommends nftables iproute2 conntrack util-linux /)
})

test('root is not told to use sudo', () => {
  assert.match(missingToolsMessage((command) => command !== 'nft', 0) ?? '', /Run: apt-get install \S+ \S+ nftables /)
})

for (const { sysctl, value, says } of [
  { sysctl: 'user/max_user_namespaces', value: undefined, says: undefined },
  { sysctl: 'user/max_user_namespaces', value: '15000\n', says: undefined },
  { sysctl: 'user/max_user_namespaces', value: '0\n', says: 'sysctl -w user.max_user_namespaces=15000' },
  { sysctl: 'kernel/unprivileged_userns_clone', value: '1\n', says: undefined },
  { sysctl: 'kernel/unprivileged_userns_clone', value: '0\n', says: 'sysctl -w kernel.unprivileged_userns_clone=1' },
  {
    sysctl: 'kernel/apparmor_restrict_unprivileged_userns',
    value: '1\n',
    says: 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
  },
]) {
  test(`with ${sysctl} ${value?.trim() ?? 'absent'} an ordinary user is told ${says ?? 'nothing'}`, () => {
    const message = userNamespaceObstacle((path) => (path === `/proc/sys/${sysctl}` ? value : undefined))
    if (says === undefined) assert.equal(message, undefined)
    else assert.ok(message?.includes(says), message ?? 'nothing was said')
  })
}
