/**
 * The three protocols behind one shape; `listener.ts` and `answer.ts` know no other difference between services.
 */

import { awsJson } from './aws-json.ts'
import { awsQuery } from './aws-query.ts'
import { ec2Query } from './ec2-query.ts'
import type { AwsError } from './error.ts'
import type { FormNode } from './form.ts'
import type { RequestErrors } from './request-errors.ts'
import type { OperationCodec } from './schema.ts'
import type { AwsService, ProtocolName } from './service.ts'

/** A request's content, before an operation is known. */
export interface Content {
  /** Query string and form body; empty for JSON services. */
  readonly form: FormNode
  readonly body: Buffer
  /** Header `X-Amz-Target`. */
  readonly target: string | undefined
}

export interface Protocol {
  readonly contentType: string
  readonly errors: RequestErrors
  /** Whether the input is in the form, not in the body. */
  readonly readsForm: boolean
  actionOf(content: Content, service: AwsService): string | undefined
  /** @throws AwsError where the content does not fit the schema */
  decodeInput(operation: OperationCodec, content: Content): Record<string, unknown>
  encodeResult(service: AwsService, operation: OperationCodec, output: object, requestId: string): string
  /** `service` is undefined where the request did not say whom it was meant for. */
  encodeError(service: AwsService | undefined, error: AwsError, requestId: string): string
}

export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  ec2Query,
  awsQuery,
  awsJson1_1: awsJson,
}
