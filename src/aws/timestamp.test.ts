import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'

for (const { text, iso } of [
  { text: '2017-11-30T10:00:24.350Z', iso: '2017-11-30T10:00:24.350Z' },
  { text: '2017-11-30T10:00:24Z', iso: '2017-11-30T10:00:24.000Z' },
  { text: '2017-11-30T10:00:24', iso: '2017-11-30T10:00:24.000Z' },
  { text: '2017-11-30t10:00:24.3z', iso: '2017-11-30T10:00:24.300Z' },
  { text: '2017-11-30T12:00:24+02:00', iso: '2017-11-30T10:00:24.000Z' },
  { text: '1512036024.35', iso: '2017-11-30T10:00:24.350Z' },
  { text: 'Thu, 30 Nov 2017 10:00:24 GMT', iso: '2017-11-30T10:00:24.000Z' },
]) {
  test(`"${text}" is ${iso}`, () => assert.equal(parseTimestamp(text)?.toISOString(), iso))
}

for (const text of [
  '',
  'now',
  '2017-11-30',
  '2017-13-30T10:00:24Z',
  '2017-11-30T25:00:00Z',
  '30 Nov 2017',
  '1e9',
  '99999999999999999',
]) {
  test(`"${text}" is no timestamp`, () => assert.equal(parseTimestamp(text), undefined))
}

test('times are written with milliseconds', () => {
  const date = new Date('2017-11-30T10:00:24.350Z')
  assert.equal(formatTimestamp(date, 'date-time'), '2017-11-30T10:00:24.350Z')
  assert.equal(formatTimestamp(date, 'http-date'), 'Thu, 30 Nov 2017 10:00:24 GMT')
  assert.equal(formatTimestamp(date, 'epoch-seconds'), '1512036024.35')
  assert.throws(() => formatTimestamp(new Date(Number.NaN), 'epoch-seconds'), RangeError)
})
